import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { CustomerShell } from "@/app/customer-shell";
import { SiteMessages } from "@/app/site-messages";
import { ForgotPassword } from "@/features/sign-in/forgot-password";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("signIn.forgot");
  return { title: t("title") };
}

interface ForgotPasswordPageProps {
  searchParams: Promise<Record<"for", string | string[] | undefined>>;
}

/** Where a link to a new password is asked for. */
export default async function ForgotPasswordPage({ searchParams }: ForgotPasswordPageProps) {
  const { for: kind } = await searchParams;
  return (
    <SiteMessages site="signIn">
      <CustomerShell>
        <ForgotPassword kind={kind === "provider" ? "provider" : "operator"} />
      </CustomerShell>
    </SiteMessages>
  );
}
