import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { CustomerShell } from "@/app/customer-shell";
import { nextPath } from "@/features/sign-in/next-path";
import { OperatorSignIn } from "@/features/sign-in/operator-sign-in";
import { oneText } from "@/features/sign-in/sign-in-address";
import { serverApi } from "@/trpc/server";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("signIn");
  return { title: t("title") };
}

interface SignInPageProps {
  searchParams: Promise<Record<"next" | "company" | "id", string | string[] | undefined>>;
}

/** Where operators and administrators sign in; whoever is signed in already goes on. */
export default async function SignInPage({ searchParams }: SignInPageProps) {
  const [{ next, company, id }, api] = await Promise.all([searchParams, serverApi()]);
  const path = nextPath(next, null);
  const [viewer, options] = await Promise.all([api.viewer.me(), api.viewer.signInOptions()]);
  if (viewer?.kind === "operator") redirect(path ?? "/console");
  return (
    <CustomerShell>
      <OperatorSignIn
        next={path}
        filledIn={{ companyCode: oneText(company), code: oneText(id) }}
        passkeysPossible={options.passkeysPossible}
      />
    </CustomerShell>
  );
}
