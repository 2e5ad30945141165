import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { StatusPage } from "@/features/status/status-page";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("status"))("title") };
}

export default function Page() {
  return <StatusPage />;
}
