"use client";

import { useQuery } from "@tanstack/react-query";
import { ArrowLeft } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useEffect, useState } from "react";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { ErrorNotice } from "@/components/error-notice";
import { NoticesProvider } from "@/components/notices";
import { PageHeading } from "@/components/page-heading";
import { Skeleton } from "@/components/skeleton";
import { useTRPC } from "@/trpc/client";
import { refusalOf } from "@/trpc/refusal";
import { PasskeysSection } from "./passkeys-section";
import { PasswordSection } from "./password-section";
import { ProfileSection } from "./profile-section";
import { RecoveryCodesDialog } from "./recovery-codes-dialog";
import { RecoverySection } from "./recovery-section";
import { SignInsSection } from "./sign-ins-section";
import { TotpSection } from "./totp-section";

const SKELETON_SECTIONS = ["h-96", "h-24", "h-32", "h-32", "h-32", "h-48"];
const OWN_PATH = "/account";

/** Everything that belongs to whoever is signed in, for operators and provider accounts alike. */
export function AccountPage({ kind }: { kind: "operator" | "provider" }) {
  const t = useTranslations("account");
  const home = kind === "provider" ? "/provider" : "/console";
  return (
    <NoticesProvider>
      <main id="content" className="mx-auto w-full max-w-3xl px-4 py-6 sm:py-8">
        <Link
          href={home}
          className="mb-2 inline-flex min-h-8 items-center gap-1.5 rounded-small text-15 text-accent hover:underline"
        >
          <ArrowLeft aria-hidden className="size-4" />
          {t(kind === "provider" ? "backProvider" : "back")}
        </Link>
        <PageHeading title={t("title")} description={t("description")} />
        <Sections kind={kind} />
      </main>
    </NoticesProvider>
  );
}

function Sections({ kind }: { kind: "operator" | "provider" }) {
  const common = useTranslations("common");
  const trpc = useTRPC();
  const overview = useQuery(trpc.account.overview.queryOptions({}, { staleTime: 0 }));
  const [codes, setCodes] = useState<readonly string[]>([]);
  const refusal = overview.isError ? refusalOf(overview.error) : null;
  const isSignedOut = refusal?.code === "UNAUTHENTICATED" || refusal?.code === "SIGN_IN_INCOMPLETE";
  useEffect(() => {
    if (!isSignedOut) return;
    const signIn = kind === "provider" ? "/signin/provider" : "/signin";
    window.location.assign(`${signIn}?${new URLSearchParams({ next: OWN_PATH })}`);
  }, [isSignedOut, kind]);

  if (!overview.data || isSignedOut) {
    if (refusal && !isSignedOut) {
      return (
        <ErrorNotice
          {...refusal}
          action={
            <Button busy={overview.isFetching} onClick={() => void overview.refetch()}>
              {common("tryAgain")}
            </Button>
          }
        />
      );
    }
    return <Loading />;
  }
  const account = overview.data;
  return (
    <div className="grid gap-5">
      <ProfileSection account={account} />
      <PasswordSection account={account} />
      <TotpSection account={account} onRecoveryCodes={setCodes} />
      <PasskeysSection account={account} onRecoveryCodes={setCodes} />
      <RecoverySection account={account} onRecoveryCodes={setCodes} />
      <SignInsSection />
      <RecoveryCodesDialog codes={codes} account={account.code} onDone={() => setCodes([])} />
    </div>
  );
}

function Loading() {
  const common = useTranslations("common");
  return (
    <div className="grid gap-5">
      <p role="status" className="sr-only">
        {common("loading")}
      </p>
      {SKELETON_SECTIONS.map((height, index) => (
        // The order never changes, and two may be equally high.
        // biome-ignore lint/suspicious/noArrayIndexKey: a fixed list
        <Card key={index} className={height}>
          <Skeleton className="h-6 w-40" />
          <Skeleton className="mt-3 h-4 w-72 max-w-full" />
        </Card>
      ))}
    </div>
  );
}
