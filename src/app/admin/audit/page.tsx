import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { AuditPage } from "@/features/audit/audit-page";
import { requireOperator } from "@/server/auth/require-sign-in";
import { AdministratorsOnly } from "../administrators-only";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("audit"))("title") };
}

/** The company's audit log, for its administrators. */
export default async function Page() {
  const { role, companyName } = await requireOperator("/admin/audit");
  return role === "administrator" ? (
    <AuditPage site="company" />
  ) : (
    <AdministratorsOnly companyName={companyName} />
  );
}
