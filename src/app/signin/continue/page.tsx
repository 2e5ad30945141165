import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { CustomerShell } from "@/app/customer-shell";
import { nextPath } from "@/features/sign-in/next-path";
import { currentPartialSignIn } from "@/server/auth/require-sign-in";
import { ContinueSteps } from "./continue-steps";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("signIn.continue");
  return { title: t("title") };
}

interface ContinuePageProps {
  searchParams: Promise<Record<"next", string | string[] | undefined>>;
}

/** What is still missing after the first step of signing in; nothing missing leads on at once. */
export default async function ContinuePage({ searchParams }: ContinuePageProps) {
  const [{ next }, signIn] = await Promise.all([searchParams, currentPartialSignIn()]);
  const path = nextPath(next, null);
  if (!signIn) redirect(path === null ? "/signin" : `/signin?${new URLSearchParams({ next: path })}`);
  if (signIn.stage === "complete") {
    redirect(path ?? (signIn.actor.kind === "provider" ? "/provider" : "/console"));
  }
  return (
    <CustomerShell>
      <ContinueSteps next={path} />
    </CustomerShell>
  );
}
