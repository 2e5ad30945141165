import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { CustomerShell } from "@/app/customer-shell";
import { SiteMessages } from "@/app/site-messages";
import { CompanyExportPage } from "@/features/company-export/company-export-page";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("companyExport"))("title") };
}

export default function Page() {
  return (
    <SiteMessages site="companyExport">
      <CustomerShell>
        <CompanyExportPage />
      </CustomerShell>
    </SiteMessages>
  );
}
