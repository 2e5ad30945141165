import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { CustomerShell } from "@/app/customer-shell";
import { SiteMessages } from "@/app/site-messages";
import { DownloadPage } from "@/features/download/download-page";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("download"))("title") };
}

export default function Page() {
  return (
    <SiteMessages site="download">
      <CustomerShell>
        <DownloadPage />
      </CustomerShell>
    </SiteMessages>
  );
}
