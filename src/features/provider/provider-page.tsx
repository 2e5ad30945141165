"use client";

import { useQuery } from "@tanstack/react-query";
import { Building2, LogOut, RadioTower } from "lucide-react";
import { signOut } from "next-auth/react";
import { useFormatter, useTranslations } from "next-intl";
import { type ReactNode, useId, useState } from "react";
import { AppHeader } from "@/components/app-header";
import { Button } from "@/components/button";
import { EmptyState } from "@/components/empty-state";
import { ErrorNotice } from "@/components/error-notice";
import { LanguageSwitch } from "@/components/language-switch";
import { ThemeSwitch } from "@/components/theme-switch";
import { useTRPC } from "@/trpc/client";
import { refusalOf } from "@/trpc/refusal";
import { CompanyTable, RelayTable, TableSkeleton } from "./overview-tables";

const REFRESH_MS = 5_000;
export const PROVIDER_SIGN_IN = "/signin/provider";

/** The provider's look at the service: relays, and companies as counts. */
export function ProviderPage({ name }: { name: string }) {
  const t = useTranslations("provider");
  const trpc = useTRPC();
  const overview = useQuery(
    trpc.provider.overview.queryOptions(undefined, { refetchInterval: REFRESH_MS, staleTime: 0 }),
  );
  const { data } = overview;

  return (
    <>
      <AppHeader home="/provider" actions={<HeaderActions name={name} />}>
        <span className="hidden border-line border-l pl-4 text-15 text-ink-muted sm:block">{t("site")}</span>
      </AppHeader>
      <main id="content" className="mx-auto w-full max-w-console px-4 py-8">
        <div className="flex flex-wrap items-end justify-between gap-x-6 gap-y-1">
          <div>
            <h1 className="font-semibold text-24">{t("title")}</h1>
            <p className="mt-1 text-15 text-ink-muted">{t("description")}</p>
          </div>
          <Freshness
            updatedAtMs={overview.dataUpdatedAt}
            failing={overview.failureCount > 0 || overview.isError}
          />
        </div>
        {!data && overview.isError ? (
          <Failure
            error={overview.error}
            busy={overview.isFetching}
            onRetry={() => void overview.refetch()}
          />
        ) : (
          <>
            <Section
              heading={
                data
                  ? t("relays.heading", {
                      healthy: data.relays.filter((relay) => relay.healthy).length,
                      total: data.relays.length,
                    })
                  : t("relays.headingLoading")
              }
            >
              {!data ? (
                <TableSkeleton rows={1} columns={7} />
              ) : data.relays.length === 0 ? (
                <EmptyState
                  icon={<RadioTower />}
                  title={t("relays.empty")}
                  className="rounded border border-line bg-surface"
                >
                  {t("relays.emptyDetail")}
                </EmptyState>
              ) : (
                <RelayTable relays={data.relays} />
              )}
            </Section>
            <Section
              heading={
                data
                  ? t("companies.heading", { count: data.companies.length })
                  : t("companies.headingLoading")
              }
            >
              {!data ? (
                <TableSkeleton rows={1} columns={4} />
              ) : data.companies.length === 0 ? (
                <EmptyState
                  icon={<Building2 />}
                  title={t("companies.empty")}
                  className="rounded border border-line bg-surface"
                >
                  {t("companies.emptyDetail")}
                </EmptyState>
              ) : (
                <CompanyTable companies={data.companies} />
              )}
            </Section>
          </>
        )}
        {/* On a phone the header has no room for it. */}
        <LanguageSwitch className="mt-10 sm:hidden" />
      </main>
    </>
  );
}

function HeaderActions({ name }: { name: string }) {
  const t = useTranslations("provider");
  const [leaving, setLeaving] = useState(false);
  const leave = () => {
    setLeaving(true);
    signOut({ callbackUrl: PROVIDER_SIGN_IN }).catch(() => setLeaving(false));
  };
  return (
    <>
      <span className="hidden max-w-48 truncate text-15 text-ink-muted md:block">{name}</span>
      <LanguageSwitch className="hidden sm:flex" />
      <ThemeSwitch />
      <Button variant="quiet" busy={leaving} onClick={leave}>
        <LogOut aria-hidden className="size-4" />
        <span className="sr-only sm:not-sr-only">{t("signOut")}</span>
      </Button>
    </>
  );
}

/** When the figures are from; says so when newer ones do not come. */
function Freshness({ updatedAtMs, failing }: { updatedAtMs: number; failing: boolean }) {
  const t = useTranslations("provider");
  const format = useFormatter();
  const time = format.dateTime(new Date(updatedAtMs), { timeStyle: "medium" });
  return (
    <p
      className={
        failing && updatedAtMs > 0 ? "min-h-5 text-13 text-warn-text" : "min-h-5 text-13 text-ink-muted"
      }
    >
      {updatedAtMs === 0 ? t("updating") : failing ? t("stale", { time }) : t("updated", { time })}
    </p>
  );
}

function Failure({ error, busy, onRetry }: { error: unknown; busy: boolean; onRetry: () => void }) {
  const t = useTranslations("provider");
  const refusal = refusalOf(error);
  const signedOut = refusal.code === "UNAUTHENTICATED" || refusal.code === "FORBIDDEN";
  return (
    <ErrorNotice
      {...refusal}
      className="mt-8"
      action={
        signedOut ? (
          <Button asChild>
            <a href={PROVIDER_SIGN_IN}>{t("signIn")}</a>
          </Button>
        ) : (
          <Button busy={busy} onClick={onRetry}>
            {t("retry")}
          </Button>
        )
      }
    />
  );
}

function Section({ heading, children }: { heading: string; children: ReactNode }) {
  const headingId = useId();
  return (
    <section aria-labelledby={headingId} className="mt-8">
      <h2 id={headingId} className="mb-3 font-semibold text-18">
        {heading}
      </h2>
      {children}
    </section>
  );
}
