import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { ProviderPage } from "@/features/provider/provider-page";
import { currentSignIn } from "@/server/auth/require-sign-in";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("provider"))("title") };
}

export default async function Page() {
  const actor = await currentSignIn();
  if (actor?.kind !== "provider") redirect("/signin/provider");
  return <ProviderPage name={actor.name} />;
}
