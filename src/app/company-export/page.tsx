import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { CustomerShell } from "@/app/customer-shell";
import { CompanyExportPage } from "@/features/company-export/company-export-page";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("provider.companyExport"))("title") };
}

export default function Page() {
  return (
    <CustomerShell>
      <CompanyExportPage />
    </CustomerShell>
  );
}
