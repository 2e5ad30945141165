"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useEffect } from "react";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { ErrorNotice } from "@/components/error-notice";
import { NarrowPage } from "@/components/narrow-page";
import { Skeleton } from "@/components/skeleton";
import { EnrolmentStep } from "@/features/account/enrolment-step";
import { NewPasswordStep } from "@/features/account/new-password-step";
import { SecondFactorStep } from "@/features/sign-in/second-factor-step";
import { useTRPC } from "@/trpc/client";
import { refusalOf } from "@/trpc/refusal";

/** Whatever the server says is still missing, one step after the other; then on to `next`. */
export function ContinueSteps({ next }: { next: string | null }) {
  const t = useTranslations("signIn");
  const common = useTranslations("common");
  const overview = useQuery(
    useTRPC().account.overview.queryOptions(
      {},
      // Asked when a step is done and at no other moment: it may be done for the server while its recovery codes are still read.
      { staleTime: 0, refetchOnWindowFocus: false, refetchOnReconnect: false },
    ),
  );
  const account = overview.data;
  const isComplete = account?.next === "complete";
  useEffect(() => {
    // A whole new page, so that nothing of the time before signing in is kept.
    if (isComplete) window.location.replace(next ?? (account.kind === "provider" ? "/provider" : "/console"));
  }, [isComplete, account?.kind, next]);
  const goOn = () => void overview.refetch();

  const refusal = overview.isError ? refusalOf(overview.error) : null;
  if (refusal?.code === "UNAUTHENTICATED") return <Over next={next} />;
  if (refusal) {
    return (
      <NarrowPage heading={t("continue.title")}>
        <ErrorNotice
          {...refusal}
          action={
            <Button busy={overview.isFetching} onClick={goOn}>
              {common("tryAgain")}
            </Button>
          }
        />
      </NarrowPage>
    );
  }
  switch (account?.next) {
    case "second_factor":
      return (
        <SecondFactorStep
          name={account.name}
          kind={account.kind}
          factors={account.secondFactors}
          onDone={goOn}
        />
      );
    case "enrolment":
      return <EnrolmentStep account={account} onDone={goOn} />;
    case "password_change":
      return <NewPasswordStep account={account} onDone={goOn} />;
    case "complete":
    case undefined:
      return <Loading />;
  }
}

/** The sign-in was not finished in time, or was revoked meanwhile. */
function Over({ next }: { next: string | null }) {
  const t = useTranslations("signIn.continue");
  const path = next === null ? "/signin" : `/signin?${new URLSearchParams({ next })}`;
  return (
    <NarrowPage heading={t("over")} lead={t("overDetail")}>
      <Button asChild variant="primary" className="h-12 w-full text-15">
        <a href={path}>{t("startAgain")}</a>
      </Button>
    </NarrowPage>
  );
}

function Loading() {
  const t = useTranslations("signIn.continue");
  const common = useTranslations("common");
  return (
    <NarrowPage heading={t("title")} lead={<Skeleton className="h-6 w-3/5" />}>
      <Card>
        <p role="status" className="sr-only">
          {common("loading")}
        </p>
        <Skeleton className="h-12 w-full" />
        <Skeleton className="mt-5 h-14 w-full" />
        <Skeleton className="mt-8 h-12 w-full" />
      </Card>
    </NarrowPage>
  );
}
