import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { RelaysPage } from "@/features/provider/relays-page";
import { requireProvider } from "@/server/auth/require-sign-in";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("provider.relays"))("title") };
}

export default async function Page() {
  await requireProvider("/provider/relays");
  return <RelaysPage />;
}
