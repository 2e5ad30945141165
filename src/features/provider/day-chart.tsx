"use client";

import { useFormatter, useTranslations } from "next-intl";
import type { ProviderOverview } from "@/protocol/provider-site";

const STEPS = [1, 2, 5];

/** Sessions of each day as bars; the same figures as a table for those who do not see them. */
export function DayChart({ days }: { days: ProviderOverview["days"] }) {
  const t = useTranslations("provider.overview");
  const format = useFormatter();
  const top = niceTop(Math.max(...days.map(({ sessions }) => sessions)));
  const dayName = (day: string) =>
    format.dateTime(new Date(`${day}T00:00:00Z`), { month: "short", day: "numeric", timeZone: "UTC" });
  const labelled = new Set([0, Math.floor((days.length - 1) / 2), days.length - 1]);
  return (
    <div className="relative">
      <div aria-hidden className="grid grid-cols-[auto_1fr] gap-x-3">
        <div className="flex h-40 flex-col justify-between text-right text-13 text-ink-muted leading-none">
          <span>{format.number(top)}</span>
          <span>{top % 2 === 0 ? format.number(top / 2) : ""}</span>
          <span>0</span>
        </div>
        <div className="relative h-40">
          <div className="absolute inset-0 flex flex-col justify-between">
            <div className="border-line border-t border-dashed" />
            <div className="border-line border-t border-dashed" />
            <div className="border-line-strong border-t" />
          </div>
          <div className="absolute inset-0 flex items-end gap-px sm:gap-1">
            {days.map(({ day, sessions, minutes }) => (
              <div
                key={day}
                title={t("daySummary", { day: dayName(day), sessions, minutes })}
                className="group flex h-full flex-1 items-end"
              >
                <div
                  className="w-full rounded-t-[3px] bg-accent opacity-85 group-hover:opacity-100"
                  style={{ height: `${(sessions / top) * 100}%`, minHeight: sessions > 0 ? 2 : 0 }}
                />
              </div>
            ))}
          </div>
        </div>
        <span />
        <div className="mt-2 flex justify-between text-13 text-ink-muted">
          {days.map(({ day }, index) => labelled.has(index) && <span key={day}>{dayName(day)}</span>)}
        </div>
      </div>
      {/* A table takes the height it needs, so it is hidden by what is around it. */}
      <div className="sr-only">
        <table>
          <caption>{t("chartHeading")}</caption>
          <thead>
            <tr>
              <th>{t("day")}</th>
              <th>{t("sessions")}</th>
              <th>{t("minutes")}</th>
            </tr>
          </thead>
          <tbody>
            {days.map(({ day, sessions, minutes }) => (
              <tr key={day}>
                <td>{dayName(day)}</td>
                <td>{sessions}</td>
                <td>{minutes}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

/** The next of 1, 2, 5, 10, 20, 50, … that all bars fit under. */
export function niceTop(most: number): number {
  for (let power = 1; ; power *= 10) {
    for (const step of STEPS) if (step * power >= Math.max(1, most)) return Math.max(2, step * power);
  }
}
