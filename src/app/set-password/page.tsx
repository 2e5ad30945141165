import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { CustomerShell } from "@/app/customer-shell";
import { SiteMessages } from "@/app/site-messages";
import { SetPassword } from "@/features/account/set-password";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("account.setPassword");
  return { title: t("title") };
}

/** Where the links of invitations and forgotten passwords lead. */
export default function SetPasswordPage() {
  return (
    <SiteMessages site="signIn">
      <CustomerShell>
        <SetPassword />
      </CustomerShell>
    </SiteMessages>
  );
}
