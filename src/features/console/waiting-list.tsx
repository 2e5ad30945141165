"use client";

import Link from "next/link";
import { useLocale, useTranslations } from "next-intl";
import { Button } from "@/components/button";
import { ElapsedTime } from "@/components/time";
import { languageName } from "@/lib/language-name";
import { formatReceptionNumber } from "@/protocol/reception-number";
import type { WaitingCustomer } from "@/protocol/session-views";
import { longestWaiting } from "./desk";
import { ListSection, RowSkeleton, rowClasses } from "./list-section";
import { KeyHint } from "./number-panel";

interface WaitingListProps {
  /** Null: not known yet. */
  waiting: readonly WaitingCustomer[] | null;
  /** Digits this tab knows, by reception id: they tell which call a row belongs to. */
  numbers: ReadonlyMap<string, string>;
  /** Sessions with an answer on its way. */
  answering: ReadonlyMap<string, "accept" | "decline">;
  onAccept: (sessionId: string) => void;
  onDecline: (sessionId: string) => void;
}

/** Customers who typed a number, longest waiting first. */
export function WaitingList({ waiting, numbers, answering, onAccept, onDecline }: WaitingListProps) {
  const t = useTranslations("console.waiting");
  const first = waiting ? longestWaiting(waiting) : null;
  return (
    <ListSection
      heading={t("heading", { count: waiting?.length ?? 0 })}
      empty={{ title: t("empty"), detail: t("emptyDetail") }}
      skeleton={<RowSkeleton />}
      rows={waiting?.map((customer) => (
        <WaitingRow
          key={customer.sessionId}
          customer={customer}
          number={numbers.get(customer.receptionId) ?? null}
          isFirst={customer.sessionId === first?.sessionId}
          answer={answering.get(customer.sessionId) ?? null}
          onAccept={onAccept}
          onDecline={onDecline}
        />
      ))}
    />
  );
}

function WaitingRow({
  customer,
  number,
  isFirst,
  answer,
  onAccept,
  onDecline,
}: {
  customer: WaitingCustomer;
  number: string | null;
  isFirst: boolean;
  answer: "accept" | "decline" | null;
  onAccept: (sessionId: string) => void;
  onDecline: (sessionId: string) => void;
}) {
  const t = useTranslations("console.waiting");
  const locale = useLocale();
  const { sessionId, osName: os, browserName: browser } = customer;
  const descriptionId = `waiting-${sessionId}`;
  return (
    <li className={rowClasses}>
      <span className="w-20 shrink-0 font-semibold text-24">
        <span className="sr-only">{t("time")} </span>
        <ElapsedTime since={customer.since} />
      </span>
      <span id={descriptionId} className="min-w-40 flex-1 text-15">
        <span className="block">
          {t("device", { os, browser, language: languageName(customer.language, locale) })}
        </span>
        <span className="block text-13 text-ink-muted">
          {customer.phase === "accepted"
            ? t("reading")
            : number !== null && t("withNumber", { number: formatReceptionNumber(number) })}
        </span>
      </span>
      <span className="flex w-full gap-2 sm:w-auto">
        {customer.phase === "accepted" ? (
          <Button asChild className="flex-1">
            <Link href={`/console/sessions/${sessionId}`} aria-describedby={descriptionId}>
              {t("open")}
            </Link>
          </Button>
        ) : (
          <>
            <Button
              variant={isFirst ? "primary" : "secondary"}
              className="flex-1"
              busy={answer === "accept"}
              disabled={answer === "decline"}
              onClick={() => onAccept(sessionId)}
              aria-describedby={descriptionId}
              aria-keyshortcuts={isFirst ? "A" : undefined}
            >
              {t("accept")}
              {isFirst && <KeyHint onAccent>A</KeyHint>}
            </Button>
            <Button
              className="flex-1"
              busy={answer === "decline"}
              disabled={answer === "accept"}
              onClick={() => onDecline(sessionId)}
              aria-describedby={descriptionId}
            >
              {t("decline")}
            </Button>
          </>
        )}
      </span>
    </li>
  );
}
