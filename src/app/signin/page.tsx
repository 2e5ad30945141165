import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { CustomerShell } from "@/app/customer-shell";
import { nextPath } from "@/features/sign-in/next-path";
import { OperatorSignIn } from "@/features/sign-in/operator-sign-in";
import { serverApi } from "@/trpc/server";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("signIn");
  return { title: t("title") };
}

interface SignInPageProps {
  searchParams: Promise<{ next?: string | string[] }>;
}

/** Where operators and administrators sign in; whoever is signed in already goes on. */
export default async function SignInPage({ searchParams }: SignInPageProps) {
  const [{ next }, api] = await Promise.all([searchParams, serverApi()]);
  const path = nextPath(next, "/console");
  const viewer = await api.viewer.me();
  if (viewer?.kind === "operator") redirect(path);
  return (
    <CustomerShell>
      <OperatorSignIn next={path} />
    </CustomerShell>
  );
}
