import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { getEnvironment } from "@/env";
import { CheckPage } from "@/features/check/check-page";
import { CustomerShell } from "../customer-shell";
import { SiteMessages } from "../site-messages";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("check"))("title") };
}

/** Whether this browser reaches what a session needs; for customers and operators alike, signed in or not. */
export default function Page() {
  return (
    <SiteMessages site="check">
      <CustomerShell>
        <CheckPage hasTurn={getEnvironment().TURN_URLS.length > 0} />
      </CustomerShell>
    </SiteMessages>
  );
}
