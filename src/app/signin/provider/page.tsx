import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { CustomerShell } from "@/app/customer-shell";
import { nextPath } from "@/features/sign-in/next-path";
import { ProviderSignIn } from "@/features/sign-in/provider-sign-in";
import { serverApi } from "@/trpc/server";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("signIn");
  return { title: t("providerTitle") };
}

interface ProviderSignInPageProps {
  searchParams: Promise<{ next?: string | string[] }>;
}

/** Where the people who run the service sign in; whoever is signed in already goes on. */
export default async function ProviderSignInPage({ searchParams }: ProviderSignInPageProps) {
  const [{ next }, api] = await Promise.all([searchParams, serverApi()]);
  const path = nextPath(next, "/provider");
  const viewer = await api.viewer.me();
  if (viewer?.kind === "provider") redirect(path);
  return (
    <CustomerShell>
      <ProviderSignIn next={path} />
    </CustomerShell>
  );
}
