"use client";

import { useFormatter, useLocale, useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { CopyButton } from "@/components/copy-button";
import { languageName } from "@/lib/language-name";
import { unbroken } from "@/lib/unbroken";
import type { SessionLogRow } from "@/protocol/session-log";
import { useRowWords } from "./use-row-words";

type Fact = readonly [name: string, value: ReactNode];

/** Names and values, one under the other. */
export function Facts({ heading, facts }: { heading: string; facts: readonly Fact[] }) {
  return (
    <section>
      <h2 className="font-semibold text-15">{heading}</h2>
      <dl className="mt-2 divide-y divide-line border-line border-y">
        {facts.map(([name, value]) => (
          <div key={name} className="grid grid-cols-[40%_1fr] gap-4 py-2 text-15">
            <dt className="text-ink-muted">{name}</dt>
            <dd className="min-w-0">{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** A moment, exact to the second. In a narrow place its line breaks between the day and the time, nowhere else. */
export function useMoment(): (at: Date | null) => string {
  const t = useTranslations("sessionLog.facts");
  const format = useFormatter();
  return (at) =>
    at === null
      ? t("never")
      : `${unbroken(format.dateTime(at, { dateStyle: "medium" }))} ${unbroken(format.dateTime(at, { timeStyle: "medium" }))}`;
}

/** When it was, who took it, how it ended. */
export function SessionFacts({ row, relay }: { row: SessionLogRow; relay?: string | null }) {
  const t = useTranslations("sessionLog.facts");
  const words = useRowWords();
  const moment = useMoment();
  return (
    <Facts
      heading={t("session")}
      facts={[
        [t("operator"), row.operatorName],
        [t("requested"), moment(row.createdAt)],
        [t("started"), moment(row.startedAt)],
        [t("ended"), moment(row.endedAt)],
        [t("duration"), words.duration(row)],
        [t("reason"), words.endReason(row)],
        [t("category"), row.category ?? t("never")],
        [t("survey"), words.survey(row)],
        [t("traffic"), words.traffic(row)],
        ...(relay ? ([[t("relay"), relay]] satisfies Fact[]) : []),
        [
          t("id"),
          <span key="id" className="block">
            <span className="block break-all text-13">{row.sessionId}</span>
            <CopyButton text={row.sessionId} size="small" variant="quiet" className="-ml-2.5 mt-1" />
          </span>,
        ],
      ]}
    />
  );
}

/** What the customer's browser told, and nothing once it was erased. */
export function DeviceFacts({ row: { device, erasedAt } }: { row: SessionLogRow }) {
  const t = useTranslations("sessionLog.facts");
  const locale = useLocale();
  const moment = useMoment();
  if (!device) {
    return (
      <section>
        <h2 className="font-semibold text-15">{t("deviceHeading")}</h2>
        <p className="mt-2 text-15 text-ink-muted">
          {erasedAt ? t("erased", { time: moment(erasedAt) }) : t("noDevice")}
        </p>
      </section>
    );
  }
  const size = { width: String(device.screenWidth), height: String(device.screenHeight) };
  const ratio = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 }).format(device.devicePixelRatio);
  return (
    <Facts
      heading={t("deviceHeading")}
      facts={[
        [t("browser"), `${device.browserName} ${device.browserVersion}`.trim()],
        [t("os"), `${device.osName} ${device.osVersion}`.trim()],
        [
          t("screen"),
          device.devicePixelRatio === 1 ? t("screenSize", size) : t("screenScale", { ...size, ratio }),
        ],
        [t("language"), languageName(device.language, locale)],
      ]}
    />
  );
}
