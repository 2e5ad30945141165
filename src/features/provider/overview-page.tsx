"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useFormatter, useTimeZone, useTranslations } from "next-intl";
import { type ReactNode, useId } from "react";
import { PageHeading } from "@/components/page-heading";
import { Skeleton } from "@/components/skeleton";
import { cn } from "@/lib/class-names";
import type { ProviderOverview } from "@/protocol/provider-site";
import { useTRPC } from "@/trpc/client";
import { DayChart } from "./day-chart";
import { fullness, Meter } from "./meter";
import { ReadFailure } from "./read-failure";
import { RelayState } from "./relay-state";

const REFRESH_MS = 10_000;

/** The service at a glance: what happens now, and the last 30 days. */
export function OverviewPage() {
  const t = useTranslations("provider.overview");
  const trpc = useTRPC();
  const timeZone = useTimeZone() ?? "UTC";
  const overview = useQuery(
    trpc.provider.overview.queryOptions({ timeZone }, { refetchInterval: REFRESH_MS, staleTime: 0 }),
  );
  const { data } = overview;
  return (
    <>
      <PageHeading
        title={t("title")}
        description={t("description")}
        actions={
          <Freshness
            updatedAtMs={overview.dataUpdatedAt}
            failing={overview.failureCount > 0 || overview.isError}
          />
        }
      />
      {data ? (
        <Overview data={data} />
      ) : overview.isError ? (
        <ReadFailure
          error={overview.error}
          busy={overview.isFetching}
          onRetry={() => void overview.refetch()}
        />
      ) : (
        <OverviewSkeleton />
      )}
    </>
  );
}

function Overview({ data }: { data: ProviderOverview }) {
  const t = useTranslations("provider.overview");
  const format = useFormatter();
  const { companies, seats, sessions, relays } = data;
  const healthy = relays.filter((relay) => relay.healthy).length;
  const most = Math.max(1, ...data.busiest.map((company) => company.sessions));
  const seatShare = seats.total === 0 ? 0 : seats.used / seats.total;
  return (
    <div className="space-y-4">
      <dl className="grid grid-cols-2 gap-4 xl:grid-cols-4">
        <Figure
          name={t("sessionsNow")}
          value={format.number(sessions.live)}
          detail={t("waiting", { count: sessions.waiting })}
        />
        <Figure
          name={t("relaysInService")}
          value={format.number(healthy)}
          of={format.number(relays.length)}
          detail={
            healthy < relays.length ? t("relaysMissing", { count: relays.length - healthy }) : t("relaysAll")
          }
          alarming={healthy === 0}
        />
        <Figure
          name={t("companies")}
          value={format.number(companies.active)}
          detail={t("companiesDetail", { suspended: companies.suspended, closed: companies.closed })}
        />
        <Figure
          name={t("seats")}
          value={format.number(seats.used)}
          of={format.number(seats.total)}
          detail={<Meter share={seatShare} tone={fullness(seatShare)} className="mt-2" />}
        />
      </dl>
      <Panel heading={t("chartHeading")} note={t("chartTotal", total(data.days))}>
        <DayChart days={data.days} />
      </Panel>
      <div className="grid gap-4 lg:grid-cols-2">
        <Panel heading={t("busiest")} link={{ href: "/provider/companies", label: t("allCompanies") }}>
          {data.busiest.length === 0 ? (
            <p className="text-15 text-ink-muted">{t("noSessions")}</p>
          ) : (
            <ul className="space-y-4">
              {data.busiest.map((company) => (
                <li key={company.companyId}>
                  <div className="flex items-baseline justify-between gap-4 text-15">
                    <span className="min-w-0 truncate">{company.name}</span>
                    <span className="shrink-0 text-ink-muted">
                      {t("sessionsCount", { count: company.sessions })}
                    </span>
                  </div>
                  <Meter share={company.sessions / most} className="mt-1.5" />
                </li>
              ))}
            </ul>
          )}
        </Panel>
        <Panel heading={t("relays")} link={{ href: "/provider/relays", label: t("allRelays") }}>
          {relays.length === 0 ? (
            <p className="text-15 text-ink-muted">{t("noRelays")}</p>
          ) : (
            <ul className="space-y-4">
              {relays.slice(0, 6).map((relay) => (
                <li key={relay.relayId}>
                  <div className="flex items-baseline justify-between gap-4 text-15">
                    <span className="min-w-0 truncate">{relay.relayId}</span>
                    <span className="shrink-0 text-ink-muted">
                      <RelayState relay={relay} />
                    </span>
                  </div>
                  <Meter
                    share={relay.healthy ? relay.load : 0}
                    tone={fullness(relay.load + 0.1)}
                    className="mt-1.5"
                  />
                </li>
              ))}
            </ul>
          )}
        </Panel>
      </div>
    </div>
  );
}

function total(days: ProviderOverview["days"]): { sessions: number; minutes: number } {
  return {
    sessions: days.reduce((sum, day) => sum + day.sessions, 0),
    minutes: days.reduce((sum, day) => sum + day.minutes, 0),
  };
}

function Figure({
  name,
  value,
  of,
  detail,
  alarming = false,
}: {
  name: string;
  value: string;
  of?: string;
  detail: ReactNode;
  alarming?: boolean;
}) {
  return (
    <div className="rounded-large border border-line bg-surface p-4 sm:p-5">
      <dt className="text-13 text-ink-muted">{name}</dt>
      <dd className="mt-1">
        <span className={cn("font-semibold text-36", alarming && "text-stop-text")}>{value}</span>
        {of !== undefined && <span className="text-18 text-ink-muted"> / {of}</span>}
        <div className="min-h-5 text-13 text-ink-muted">{detail}</div>
      </dd>
    </div>
  );
}

function Panel({
  heading,
  note,
  link,
  children,
}: {
  heading: string;
  note?: string;
  link?: { href: string; label: string };
  children: ReactNode;
}) {
  const headingId = useId();
  return (
    <section aria-labelledby={headingId} className="rounded-large border border-line bg-surface p-4 sm:p-5">
      <div className="mb-4 flex flex-wrap items-baseline justify-between gap-x-4">
        <h2 id={headingId} className="font-semibold text-15">
          {heading}
        </h2>
        {note !== undefined && <p className="text-13 text-ink-muted">{note}</p>}
        {link && (
          <Link href={link.href} className="text-13 text-accent hover:underline">
            {link.label}
          </Link>
        )}
      </div>
      {children}
    </section>
  );
}

/** When the figures are from; says so when newer ones do not come. */
function Freshness({ updatedAtMs, failing }: { updatedAtMs: number; failing: boolean }) {
  const t = useTranslations("provider");
  const format = useFormatter();
  const time = format.dateTime(new Date(updatedAtMs), { timeStyle: "medium" });
  return (
    <p className={cn("min-h-5 text-13", failing && updatedAtMs > 0 ? "text-warn-text" : "text-ink-muted")}>
      {updatedAtMs === 0 ? t("updating") : failing ? t("stale", { time }) : t("updated", { time })}
    </p>
  );
}

function OverviewSkeleton() {
  return (
    <div aria-hidden className="space-y-4">
      <div className="grid grid-cols-2 gap-4 xl:grid-cols-4">
        {["a", "b", "c", "d"].map((key) => (
          <Skeleton key={key} className="h-[126px] rounded-large" />
        ))}
      </div>
      <Skeleton className="h-64 rounded-large" />
      <div className="grid gap-4 lg:grid-cols-2">
        <Skeleton className="h-40 rounded-large" />
        <Skeleton className="h-40 rounded-large" />
      </div>
    </div>
  );
}
