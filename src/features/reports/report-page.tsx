"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { ChartColumn } from "lucide-react";
import { usePathname, useSearchParams } from "next/navigation";
import { useFormatter, useTimeZone, useTranslations } from "next-intl";
import { type ReactNode, useMemo } from "react";
import { Announcer } from "@/components/announcer";
import { Button } from "@/components/button";
import { EmptyState } from "@/components/empty-state";
import { ErrorNotice } from "@/components/error-notice";
import { Skeleton } from "@/components/skeleton";
import { cn } from "@/lib/class-names";
import { addLocalDays } from "@/lib/local-day";
import type { SessionReport } from "@/protocol/session-report";
import { useTRPC } from "@/trpc/client";
import { refusalOf } from "@/trpc/refusal";
import { BarsChart } from "./bars-chart";
import { DayChart } from "./day-chart";
import { HourMap } from "./hour-map";
import { periodOf, type ReportAddress, readReportAddress, writeReportAddress } from "./report-address";
import { ReportFilters } from "./report-filters";
import { ReportTotals } from "./report-totals";

const DRAWN_OPERATORS = 10;
const SECONDS_PER_MINUTE = 60;

/** The figures of a period: totals, days, hours, operators, ends and answers. */
export function ReportPage() {
  const t = useTranslations("reports");
  const common = useTranslations("common");
  const trpc = useTRPC();
  const query = useSearchParams();
  const path = usePathname();
  const timeZone = useTimeZone() ?? "UTC";
  const address = useMemo(() => readReportAddress(new URLSearchParams(query)), [query]);
  const options = useQuery(trpc.log.options.queryOptions({ scope: "company" }));
  const { operatorId } = address;
  const period = periodOf(address, addLocalDays(new Date(), 0));
  const report = useQuery(
    trpc.reports.read.queryOptions(
      {
        ...(period ?? { from: new Date(0), to: new Date(1) }),
        timeZone,
        ...(operatorId !== "" && { operatorId }),
      },
      { enabled: period !== null, placeholderData: keepPreviousData },
    ),
  );
  const change = (next: ReportAddress) => {
    const text = writeReportAddress(next);
    window.history.pushState(null, "", text === "" ? path : `${path}?${text}`);
  };
  return (
    <>
      <ReportFilters address={address} operators={options.data?.operators ?? []} onChange={change} />
      {period === null ? (
        <p role="alert" className="text-15 text-stop-text">
          {t("rangeWrong")}
        </p>
      ) : report.isError ? (
        <ErrorNotice
          {...refusalOf(report.error)}
          action={<Button onClick={() => void report.refetch()}>{common("tryAgain")}</Button>}
        />
      ) : report.data ? (
        <Report report={report.data} timeZone={timeZone} busy={report.isPlaceholderData} />
      ) : (
        <Loading />
      )}
    </>
  );
}

function Report({ report, timeZone, busy }: { report: SessionReport; timeZone: string; busy: boolean }) {
  const t = useTranslations("reports");
  if (report.total.sessions === 0) {
    return (
      <div className="rounded border border-line bg-surface">
        <EmptyState icon={<ChartColumn />} title={t("empty")}>
          {t("emptyDetail")}
        </EmptyState>
      </div>
    );
  }
  return (
    <div aria-busy={busy} className={cn("grid gap-4 transition-opacity", busy && "opacity-55")}>
      <ReportTotals report={report} />
      <Panel>
        <DayChart days={report.byDay} />
      </Panel>
      <Panel>
        <HourMap hours={report.byHour} />
      </Panel>
      <div className="grid items-start gap-4 xl:grid-cols-2">
        <Panel>
          <Operators operators={report.byOperator} />
        </Panel>
        <Panel className="xl:col-start-2 xl:row-span-2 xl:row-start-1">
          <Reasons reasons={report.byEndReason} />
        </Panel>
        <Panel>
          <Survey answers={report.bySurvey} />
        </Panel>
      </div>
      <p className="text-13 text-ink-muted">{t("zone", { zone: timeZone })}</p>
    </div>
  );
}

function Panel({ className, children }: { className?: string; children: ReactNode }) {
  return <div className={cn("min-w-0 rounded border border-line bg-surface p-5", className)}>{children}</div>;
}

function Operators({ operators }: { operators: SessionReport["byOperator"] }) {
  const t = useTranslations("reports.operators");
  const reports = useTranslations("reports");
  const format = useFormatter();
  return (
    <BarsChart
      heading={t("heading")}
      lead={operators.length > DRAWN_OPERATORS ? t("others", { count: DRAWN_OPERATORS }) : undefined}
      valueName={t("sessions")}
      bars={operators
        .slice(0, DRAWN_OPERATORS)
        .map(({ operatorId, name, sessions }) => ({ key: operatorId, name, value: sessions }))}
      table={{
        summary: reports("showTable"),
        label: t("chart"),
        columns: [
          { header: t("name") },
          { header: t("sessions"), numeric: true },
          { header: t("minutes"), numeric: true },
        ],
        rows: operators.map(({ operatorId, name, sessions, seconds }) => ({
          key: operatorId,
          cells: [name, format.number(sessions), format.number(Math.round(seconds / SECONDS_PER_MINUTE))],
        })),
      }}
    />
  );
}

function Reasons({ reasons }: { reasons: SessionReport["byEndReason"] }) {
  const t = useTranslations("reports.reasons");
  const reports = useTranslations("reports");
  const words = useTranslations("endReasons");
  const format = useFormatter();
  const all = reasons.reduce((sum, { sessions }) => sum + sessions, 0);
  const bars = reasons.map(({ endReason, sessions }) => ({
    key: endReason,
    name: words(`${endReason}.short`),
    value: sessions,
  }));
  return (
    <BarsChart
      heading={t("heading")}
      valueName={t("sessions")}
      bars={bars}
      table={{
        summary: reports("showTable"),
        label: t("chart"),
        columns: [
          { header: t("reason") },
          { header: t("sessions"), numeric: true },
          { header: t("share"), numeric: true },
        ],
        rows: bars.map(({ key, name, value }) => ({
          key,
          cells: [name, format.number(value), percent(format, value, all)],
        })),
      }}
    />
  );
}

const ANSWERS = ["solved", "partly", "not_solved"] as const;

function Survey({ answers }: { answers: SessionReport["bySurvey"] }) {
  const t = useTranslations("reports.survey");
  const reports = useTranslations("reports");
  const format = useFormatter();
  const bars = ANSWERS.map((answer) => ({
    key: answer,
    name: t(answer),
    value: answers.find((one) => one.answer === answer)?.sessions ?? 0,
  }));
  const answered = bars.reduce((sum, { value }) => sum + value, 0);
  const silent = answers.find(({ answer }) => answer === null)?.shared ?? 0;
  if (answered === 0) {
    return (
      <section>
        <h2 className="font-semibold text-18">{t("heading")}</h2>
        <p className="mt-2 text-15 text-ink-muted">{t("empty")}</p>
      </section>
    );
  }
  return (
    <BarsChart
      heading={t("heading")}
      lead={t("lead")}
      valueName={t("sessions")}
      bars={bars}
      table={{
        summary: reports("showTable"),
        label: t("chart"),
        columns: [
          { header: t("answer") },
          { header: t("sessions"), numeric: true },
          { header: t("share"), numeric: true },
        ],
        rows: [
          ...bars.map(({ key, name, value }) => ({
            key,
            cells: [name, format.number(value), percent(format, value, answered)],
          })),
          { key: "none", cells: [t("none"), format.number(silent), "–"] },
        ],
      }}
    />
  );
}

function percent(format: ReturnType<typeof useFormatter>, part: number, whole: number): string {
  return whole === 0 ? "–" : format.number(part / whole, { style: "percent", maximumFractionDigits: 1 });
}

/** The page's shape while the figures come. */
function Loading() {
  const t = useTranslations("reports");
  return (
    <div aria-busy className="grid gap-4">
      <Skeleton className="h-24 w-full" />
      <Skeleton className="h-90 w-full" />
      <Skeleton className="h-80 w-full" />
      <Announcer message={t("loading")} />
    </div>
  );
}
