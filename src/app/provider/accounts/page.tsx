import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { AccountsPage } from "@/features/provider/accounts-page";
import { requireProvider } from "@/server/auth/require-sign-in";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("provider.accounts"))("title") };
}

export default async function Page() {
  await requireProvider("/provider/accounts");
  return <AccountsPage />;
}
