import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { CustomerShell } from "@/app/customer-shell";
import { nextPath } from "@/features/sign-in/next-path";
import { ProviderSignIn } from "@/features/sign-in/provider-sign-in";
import { oneText } from "@/features/sign-in/sign-in-address";
import { serverApi } from "@/trpc/server";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("signIn");
  return { title: t("providerTitle") };
}

interface ProviderSignInPageProps {
  searchParams: Promise<Record<"next" | "id", string | string[] | undefined>>;
}

/** Where the people who run the service sign in; whoever is signed in already goes on. */
export default async function ProviderSignInPage({ searchParams }: ProviderSignInPageProps) {
  const [{ next, id }, api] = await Promise.all([searchParams, serverApi()]);
  const path = nextPath(next, null);
  const [viewer, options] = await Promise.all([api.viewer.me(), api.viewer.signInOptions()]);
  if (viewer?.kind === "provider") redirect(path ?? "/provider");
  return (
    <CustomerShell>
      <ProviderSignIn
        next={path}
        filledIn={{ code: oneText(id) }}
        passkeysPossible={options.passkeysPossible}
      />
    </CustomerShell>
  );
}
