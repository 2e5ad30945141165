import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { SiteMessages } from "@/app/site-messages";
import { StatusPage } from "@/features/status/status-page";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("status"))("title") };
}

export default function Page() {
  return (
    <SiteMessages site="status">
      <StatusPage />
    </SiteMessages>
  );
}
