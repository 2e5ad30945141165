"use client";

import { useMutation, useQuery } from "@tanstack/react-query";
import { Monitor, Smartphone } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Badge } from "@/components/badge";
import { Button } from "@/components/button";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { ErrorNotice } from "@/components/error-notice";
import { useNotices } from "@/components/notices";
import { Skeleton } from "@/components/skeleton";
import { RelativeTime } from "@/components/time";
import { useTRPC } from "@/trpc/client";
import { refusalOf } from "@/trpc/refusal";
import { describeBrowser } from "./describe-browser";
import { Section, SectionList, SectionRow } from "./section";
import { useAccountRefresh } from "./use-account-refresh";

/** How soon the list shows a sign-in of another browser. */
const REFRESH_MS = 30_000;

interface OwnSignIn {
  readonly signInId: string;
  readonly current: boolean;
  readonly clientAddress: string;
  readonly userAgent: string;
  readonly methods: readonly string[];
  readonly createdAt: Date;
  readonly lastSeenAt: Date;
}

/** Every browser that is signed in to the account, and signing them out. */
export function SignInsSection() {
  const t = useTranslations("account.signIns");
  const common = useTranslations("common");
  const trpc = useTRPC();
  const { notify } = useNotices();
  const refresh = useAccountRefresh();
  const [asking, setAsking] = useState(false);
  const signIns = useQuery(
    trpc.account.signIns.queryOptions({}, { refetchInterval: REFRESH_MS, staleTime: 0 }),
  );
  const revoke = useMutation(
    trpc.account.revokeSignIn.mutationOptions({
      onSuccess: async () => {
        await refresh();
        notify(t("revokedNotice"));
      },
    }),
  );
  const revokeOthers = useMutation(
    trpc.account.revokeOtherSignIns.mutationOptions({
      onSuccess: async ({ revoked }) => {
        setAsking(false);
        await refresh();
        notify(t("revokedOthersNotice", { count: revoked }));
      },
    }),
  );
  const failed = revoke.error ?? revokeOthers.error;
  const others = signIns.data?.filter((signIn) => !signIn.current) ?? [];
  return (
    <Section
      heading={t("heading")}
      detail={signIns.data && others.length === 0 ? t("onlyThis") : t("detail")}
      {...(others.length > 0 && {
        action: <Button onClick={() => setAsking(true)}>{t("revokeOthers")}</Button>,
      })}
    >
      {failed && (
        <div className="px-5 pb-5 sm:px-6">
          <ErrorNotice {...refusalOf(failed)} />
        </div>
      )}
      {!signIns.data && signIns.isError ? (
        <div className="px-5 pb-5 sm:px-6">
          <ErrorNotice
            {...refusalOf(signIns.error)}
            action={
              <Button busy={signIns.isFetching} onClick={() => void signIns.refetch()}>
                {common("tryAgain")}
              </Button>
            }
          />
        </div>
      ) : (
        <SectionList label={t("heading")}>
          {signIns.data
            ? [...signIns.data]
                .sort(currentThenLatest)
                .map((signIn) => (
                  <SignInRow
                    key={signIn.signInId}
                    signIn={signIn}
                    busy={revoke.isPending && revoke.variables.signInId === signIn.signInId}
                    onRevoke={() => revoke.mutate({ signInId: signIn.signInId })}
                  />
                ))
            : ["a", "b"].map((key) => (
                <SectionRow key={key} icon={<Monitor />}>
                  <Skeleton className="h-5 w-48" />
                  <Skeleton className="mt-2 h-4 w-64 max-w-full" />
                </SectionRow>
              ))}
        </SectionList>
      )}
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={t("revokeOthersTitle")}
        description={t("revokeOthersDetail")}
        confirmLabel={t("revokeOthers")}
        busy={revokeOthers.isPending}
        onConfirm={() => revokeOthers.mutate({})}
      />
    </Section>
  );
}

interface SignInRowProps {
  signIn: OwnSignIn;
  busy: boolean;
  onRevoke: () => void;
}

function SignInRow({ signIn, busy, onRevoke }: SignInRowProps) {
  const t = useTranslations("account.signIns");
  const { browser, os, isPhone } = describeBrowser(signIn.userAgent);
  const device =
    browser === null || os === null ? (browser ?? os ?? t("unknownDevice")) : t("device", { browser, os });
  const methods = signIn.methods.filter(isKnownMethod).map((method) => t(`method.${method}`));
  return (
    <SectionRow
      icon={isPhone ? <Smartphone /> : <Monitor />}
      {...(!signIn.current && {
        actions: (
          <Button
            size="small"
            busy={busy}
            aria-label={t("revokeNamed", { device, address: signIn.clientAddress })}
            onClick={onRevoke}
          >
            {t("revoke")}
          </Button>
        ),
      })}
    >
      <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-15">
        <span className="font-semibold">{device}</span>
        {signIn.current && <Badge tone="good">{t("current")}</Badge>}
      </p>
      <p className="text-13 text-ink-muted">
        {[signIn.clientAddress, ...(methods.length > 0 ? [methods.join(" + ")] : [])].join(" · ")}
      </p>
      <p className="text-13 text-ink-muted">
        {t.rich("since", { time: () => <RelativeTime at={signIn.createdAt} /> })}
        {!signIn.current && (
          <>
            {" · "}
            {t.rich("seen", { time: () => <RelativeTime at={signIn.lastSeenAt} /> })}
          </>
        )}
      </p>
    </SectionRow>
  );
}

const knownMethods = ["password", "totp", "recovery_code", "passkey"] as const;

function isKnownMethod(method: string): method is (typeof knownMethods)[number] {
  return knownMethods.some((known) => known === method);
}

function currentThenLatest(a: OwnSignIn, b: OwnSignIn): number {
  return Number(b.current) - Number(a.current) || b.lastSeenAt.getTime() - a.lastSeenAt.getTime();
}
