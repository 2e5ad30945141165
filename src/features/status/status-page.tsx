"use client";

import { useQuery } from "@tanstack/react-query";
import { CircleCheck, CircleX, LoaderCircle, TriangleAlert } from "lucide-react";
import Link from "next/link";
import { useFormatter, useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { AppHeader } from "@/components/app-header";
import { StatusDot, type Tone } from "@/components/badge";
import { LanguageSwitch } from "@/components/language-switch";
import { Skeleton } from "@/components/skeleton";
import { ThemeSwitch } from "@/components/theme-switch";
import { cn } from "@/lib/class-names";
import { useTRPC } from "@/trpc/client";
import { type Verdict, verdictOf } from "./verdict";

const REFRESH_MS = 10_000;

const verdictLooks: Readonly<
  Record<Verdict, { icon: typeof CircleCheck; classes: string; iconClass: string }>
> = {
  checking: {
    icon: LoaderCircle,
    classes: "border-line bg-surface",
    iconClass: "text-ink-muted animate-spin",
  },
  allGood: { icon: CircleCheck, classes: "border-good-text/30 bg-good-soft", iconClass: "text-good-text" },
  partial: { icon: TriangleAlert, classes: "border-warn-text/30 bg-warn-soft", iconClass: "text-warn-text" },
  noRelays: { icon: CircleX, classes: "border-stop-text/30 bg-stop-soft", iconClass: "text-stop-text" },
  down: { icon: CircleX, classes: "border-stop-text/30 bg-stop-soft", iconClass: "text-stop-text" },
  unreachable: { icon: CircleX, classes: "border-stop-text/30 bg-stop-soft", iconClass: "text-stop-text" },
};

/** How the service is, in plain words, for anybody; looks again by itself. */
export function StatusPage() {
  const t = useTranslations("status");
  const format = useFormatter();
  const trpc = useTRPC();
  const { data, dataUpdatedAt, isError, failureCount } = useQuery(
    trpc.status.get.queryOptions(undefined, {
      refetchInterval: REFRESH_MS,
      refetchOnWindowFocus: "always",
      staleTime: 0,
      retry: false,
    }),
  );
  const failed = isError || failureCount > 0;
  const check = data ?? null;
  const known = failed ? null : check;
  const verdict = verdictOf(check, failed);
  const { icon: Icon, classes, iconClass } = verdictLooks[verdict];

  return (
    <>
      <AppHeader
        home="/"
        width="customer"
        actions={
          <>
            <LanguageSwitch />
            <div className="hidden sm:block">
              <ThemeSwitch />
            </div>
          </>
        }
      />
      <main id="content" className="mx-auto w-full max-w-customer px-4 py-10">
        <h1 className="font-semibold text-24">{t("title")}</h1>
        <p className="mt-1 text-15 text-ink-muted">{t("description")}</p>
        <div role="status" className={cn("mt-6 flex min-h-[116px] gap-4 rounded-large border p-5", classes)}>
          <Icon aria-hidden className={cn("mt-0.5 size-7 shrink-0", iconClass)} />
          <div>
            <p className="font-semibold text-24">{t(verdict)}</p>
            {verdict !== "checking" && <p className="mt-1 text-15">{t(`${verdict}Detail`)}</p>}
          </div>
        </div>
        <h2 className="mt-8 font-semibold text-18">{t("parts")}</h2>
        <ul className="mt-3 divide-y divide-line rounded-large border border-line bg-surface">
          <Part name={t("server")} detail={t("serverDetail")}>
            {verdict === "checking" ? null : (
              <PartState tone={failed ? "stop" : "good"} label={t(failed ? "downState" : "up")} />
            )}
          </Part>
          <Part name={t("database")} detail={t("databaseDetail")}>
            {verdict === "checking" ? null : known ? (
              <PartState
                tone={known.database === "up" ? "good" : "stop"}
                label={t(known.database === "up" ? "up" : "downState")}
              />
            ) : (
              <PartState tone="neutral" label={t("unknown")} />
            )}
          </Part>
          <Part name={t("relays")} detail={t("relaysDetail")}>
            {verdict === "checking" ? null : known?.database === "up" ? (
              <PartState
                tone={relayTone(known.relays)}
                label={known.relays.total === 0 ? t("relayNone") : t("relayCount", known.relays)}
              />
            ) : (
              <PartState tone="neutral" label={t("unknown")} />
            )}
          </Part>
        </ul>
        <dl className="mt-6 flex min-h-6 flex-wrap gap-x-8 gap-y-1 text-13 text-ink-muted">
          <Fact name={t("version")}>{check ? check.version : <Skeleton className="h-4 w-12" />}</Fact>
          <Fact name={t("checkedAt")}>
            {check ? (
              <time dateTime={new Date(dataUpdatedAt).toISOString()}>
                {format.dateTime(new Date(dataUpdatedAt), { timeStyle: "medium" })}
              </time>
            ) : failed ? (
              t("never")
            ) : (
              <Skeleton className="h-4 w-20" />
            )}
          </Fact>
        </dl>
        <p className="mt-8">
          <Link href="/" className="text-15 text-accent underline underline-offset-4">
            {t("home")}
          </Link>
        </p>
      </main>
    </>
  );
}

function relayTone({ healthy, total }: { healthy: number; total: number }): Tone {
  if (healthy === 0) return "stop";
  return healthy < total ? "warn" : "good";
}

function Part({ name, detail, children }: { name: string; detail: string; children: ReactNode }) {
  return (
    <li className="flex items-center justify-between gap-6 px-5 py-4">
      <div>
        <p className="font-semibold text-15">{name}</p>
        <p className="text-13 text-ink-muted">{detail}</p>
      </div>
      <div className="flex min-h-6 shrink-0 items-center whitespace-nowrap text-15">
        {children ?? <Skeleton className="h-4 w-20" />}
      </div>
    </li>
  );
}

function PartState({ tone, label }: { tone: Tone; label: string }) {
  return <StatusDot tone={tone}>{label}</StatusDot>;
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="flex items-center gap-2">
      <dt>{name}</dt>
      <dd className="font-semibold text-ink">{children}</dd>
    </div>
  );
}
