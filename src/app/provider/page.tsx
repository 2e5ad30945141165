import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { OverviewPage } from "@/features/provider/overview-page";
import { requireProvider } from "@/server/auth/require-sign-in";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("provider.overview"))("title") };
}

export default async function Page() {
  await requireProvider("/provider");
  return <OverviewPage />;
}
