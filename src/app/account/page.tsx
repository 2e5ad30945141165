import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { SiteMessages } from "@/app/site-messages";
import { AccountPage } from "@/features/account/account-page";
import { ConsoleHeader } from "@/features/console/console-header";
import { ProviderHeader } from "@/features/provider/provider-header";
import { requireAccount } from "@/server/auth/require-sign-in";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("account"))("title") };
}

/** The own account, under the header of the site that the person works in. */
export default async function Page() {
  const actor = await requireAccount("/account");
  if (actor.kind === "provider") {
    return (
      <SiteMessages site="account">
        <ProviderHeader name={actor.name} />
        <AccountPage kind="provider" />
      </SiteMessages>
    );
  }
  const { operatorName, companyName, role } = actor;
  return (
    <SiteMessages site="account">
      <ConsoleHeader viewer={{ operatorName, companyName, role }} />
      <AccountPage kind="operator" />
    </SiteMessages>
  );
}
