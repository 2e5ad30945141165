"use client";

import { useFormatter, useLocale, useTranslations } from "next-intl";
import { formatDuration } from "@/lib/format-duration";
import type { SessionReport } from "@/protocol/session-report";

const SECONDS_PER_HOUR = 3_600;
const LONG_SECONDS = 100 * SECONDS_PER_HOUR;

/** The figures that are asked for first. */
export function ReportTotals({ report: { total, bySurvey } }: { report: SessionReport }) {
  const t = useTranslations("reports.totals");
  const format = useFormatter();
  const locale = useLocale();
  const percent = (part: number, whole: number) =>
    whole === 0 ? "–" : format.number(part / whole, { style: "percent" });
  // Of a hundred hours nobody wants the minutes.
  const time = (seconds: number) =>
    seconds < LONG_SECONDS
      ? formatDuration(seconds, locale)
      : format.number(Math.round(seconds / SECONDS_PER_HOUR), { style: "unit", unit: "hour" });
  const answers = bySurvey.filter(({ answer }) => answer !== null);
  const answered = answers.reduce((sum, { sessions }) => sum + sessions, 0);
  const solved = answers.find(({ answer }) => answer === "solved")?.sessions ?? 0;
  const average = total.shared === 0 ? null : total.seconds / total.shared;
  const figures = [
    { name: t("sessions"), value: format.number(total.sessions), detail: null },
    {
      name: t("shared"),
      value: format.number(total.shared),
      detail: t("ofSessions", { percent: percent(total.shared, total.sessions) }),
    },
    { name: t("time"), value: time(total.seconds), detail: null },
    {
      name: t("average"),
      value: average === null ? "–" : formatDuration(average, locale),
      detail: null,
    },
    { name: t("solved"), value: percent(solved, answered), detail: t("answers", { count: answered }) },
  ];
  return (
    <dl
      aria-label={t("label")}
      className="grid grid-cols-2 gap-px overflow-clip rounded border border-line bg-line lg:grid-cols-5"
    >
      {figures.map(({ name, value, detail }) => (
        <div key={name} className="min-w-0 bg-surface px-4 py-4 last:max-lg:col-span-2">
          <dt className="text-13 text-ink-muted">{name}</dt>
          <dd className="mt-1 whitespace-nowrap font-semibold text-18 sm:text-24">{value}</dd>
          {detail && <dd className="text-13 text-ink-muted">{detail}</dd>}
        </div>
      ))}
    </dl>
  );
}
