import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { CompaniesPage } from "@/features/provider/companies-page";
import { requireProvider } from "@/server/auth/require-sign-in";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("provider.companies"))("title") };
}

export default async function Page() {
  await requireProvider("/provider/companies");
  return <CompaniesPage />;
}
