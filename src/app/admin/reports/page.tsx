import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { PageHeading } from "@/components/page-heading";
import { ReportPage } from "@/features/reports/report-page";
import { requireOperator } from "@/server/auth/require-sign-in";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("reports"))("title") };
}

/** Figures over the company's sessions. */
export default async function Page() {
  const [{ companyName }, t] = await Promise.all([
    requireOperator("/admin/reports"),
    getTranslations("reports"),
  ]);
  return (
    <>
      <PageHeading title={t("title")} description={t("description", { company: companyName })} />
      <ReportPage />
    </>
  );
}
