import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { AuditPage } from "@/features/audit/audit-page";
import { requireProvider } from "@/server/auth/require-sign-in";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("audit"))("title") };
}

/** The provider's own audit log. */
export default async function Page() {
  await requireProvider("/provider/audit");
  return <AuditPage site="provider" />;
}
