import type { ReactNode } from "react";
import { SiteMessages } from "@/app/site-messages";
import { NewVersionNotice } from "@/features/console/new-version-notice";
import { readBuildId } from "@/server/http/build-id";

/** The texts of the operators' pages. Their frames differ: the console, its log, and a session that owns the window. */
export default async function Layout({ children }: { children: ReactNode }) {
  return (
    <SiteMessages site="console">
      {children}
      <NewVersionNotice build={await readBuildId()} />
    </SiteMessages>
  );
}
