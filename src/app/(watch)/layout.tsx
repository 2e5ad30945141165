import type { ReactNode } from "react";
import { SiteMessages } from "@/app/site-messages";

/** The texts of the pages on which a session is watched. */
export default function Layout({ children }: { children: ReactNode }) {
  return <SiteMessages site="watch">{children}</SiteMessages>;
}
