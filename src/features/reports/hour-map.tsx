"use client";

import { useFormatter, useTranslations } from "next-intl";
import { useId } from "react";
import type { SessionReport } from "@/protocol/session-report";

const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7] as const;
const HOURS = Array.from({ length: 24 }, (_, hour) => hour);
/** A Monday. */
const SOME_MONDAY = Date.UTC(2026, 0, 5);
const DAY_MS = 86_400_000;
/**
 * The busiest hours are dark with light figures, all others pale with dark ones. Between the two lie grounds on which neither
 * ink has the contrast that reading takes (WCAG 1.4.3), in either theme: none is used.
 */
const BUSY_FROM = 0.7;
const PALE = { from: 0.08, to: 0.55 };
const DARK = { from: 0.86, to: 1 };

/** Which hours of which weekdays are busy: a table that can be read as a picture. */
export function HourMap({ hours }: { hours: SessionReport["byHour"] }) {
  const t = useTranslations("reports.hours");
  const format = useFormatter();
  const headingId = useId();
  const count = new Map(hours.map(({ weekday, hour, sessions }) => [weekday * 24 + hour, sessions]));
  const most = Math.max(1, ...count.values());
  const dayName = (weekday: number, style: "short" | "long") =>
    format.dateTime(new Date(SOME_MONDAY + (weekday - 1) * DAY_MS), { timeZone: "UTC", weekday: style });
  return (
    <section aria-labelledby={headingId}>
      <h2 id={headingId} className="font-semibold text-18">
        {t("heading")}
      </h2>
      <p className="mt-0.5 text-13 text-ink-muted">{t("lead")}</p>
      <section
        aria-label={t("table")}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region must be reachable with the keyboard (WCAG 2.1.1)
        tabIndex={0}
        className="relative mt-3 overflow-x-auto"
      >
        <table className="w-full min-w-[46rem] table-fixed border-separate border-spacing-0.5 text-13">
          <caption className="sr-only">{t("table")}</caption>
          <thead>
            <tr className="text-ink-muted">
              <th scope="col" className="w-14 text-left font-normal">
                <span className="sr-only">{t("weekday")}</span>
              </th>
              {HOURS.map((hour) => (
                <th key={hour} scope="col" className="text-center font-normal">
                  {hour}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {WEEKDAYS.map((weekday) => (
              <tr key={weekday}>
                <th scope="row" className="sticky left-0 bg-surface text-left font-normal text-ink-muted">
                  <span aria-hidden>{dayName(weekday, "short")}</span>
                  <span className="sr-only">{dayName(weekday, "long")}</span>
                </th>
                {HOURS.map((hour) => (
                  <HourCell key={hour} sessions={count.get(weekday * 24 + hour) ?? 0} most={most} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );
}

function HourCell({ sessions, most }: { sessions: number; most: number }) {
  const format = useFormatter();
  const share = sessions / most;
  // A root spreads the quiet hours out, which otherwise all look like nothing beside the busiest one.
  const rank = Math.sqrt(share);
  const isBusy = rank >= BUSY_FROM;
  const strength = isBusy
    ? DARK.from + ((DARK.to - DARK.from) * (rank - BUSY_FROM)) / (1 - BUSY_FROM)
    : PALE.from + ((PALE.to - PALE.from) * rank) / BUSY_FROM;
  return (
    <td
      className="h-8 rounded-[4px] bg-sunken text-center tabular-nums"
      style={{
        ...(sessions > 0 && {
          background: `color-mix(in oklab, var(--accent) ${Math.round(strength * 100)}%, var(--surface))`,
        }),
        color: isBusy ? "var(--on-accent)" : sessions === 0 ? "var(--ink-muted)" : "var(--ink)",
      }}
    >
      {sessions === 0 ? <span className="sr-only">0</span> : compact(sessions, format)}
    </td>
  );
}

/** A cell is some 30 px wide: 1,234 is written as 1.2K. */
function compact(value: number, format: ReturnType<typeof useFormatter>): string {
  return value < 1_000
    ? String(value)
    : format.number(value, { notation: "compact", maximumFractionDigits: value < 10_000 ? 1 : 0 });
}
