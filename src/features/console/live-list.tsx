"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { StatusDot, type Tone } from "@/components/badge";
import { Button } from "@/components/button";
import { ElapsedTime } from "@/components/time";
import type { LiveSession } from "@/protocol/session-views";
import { ListSection, RowSkeleton, rowClasses } from "./list-section";

/** Sessions that are running, longest first. */
export function LiveList({ live }: { live: readonly LiveSession[] | null }) {
  const t = useTranslations("console.live");
  return (
    <ListSection
      heading={t("heading", { count: live?.length ?? 0 })}
      empty={{ title: t("empty"), detail: t("emptyDetail") }}
      skeleton={<RowSkeleton />}
      rows={live?.map((session) => <LiveRow key={session.sessionId} session={session} />)}
    />
  );
}

function LiveRow({ session }: { session: LiveSession }) {
  const t = useTranslations("console.live");
  const descriptionId = `live-${session.sessionId}`;
  const presence = presenceOf(session);
  return (
    <li className={rowClasses}>
      <span className="w-20 shrink-0 font-semibold text-24">
        <span className="sr-only">{t("time")} </span>
        <ElapsedTime since={session.startedAt} />
      </span>
      <span id={descriptionId} className="min-w-40 flex-1 text-15">
        <span className="block">{t("device", { os: session.osName, browser: session.browserName })}</span>
        <StatusDot tone={presenceTones[presence]} className="text-13 text-ink-muted">
          {t(presence)}
        </StatusDot>
      </span>
      <Button asChild className="w-full sm:w-auto">
        <Link href={`/console/sessions/${session.sessionId}`} aria-describedby={descriptionId}>
          {t("open")}
        </Link>
      </Button>
    </li>
  );
}

type Presence = "both" | "customerOnly" | "operatorOnly" | "nobody";

const presenceTones: Readonly<Record<Presence, Tone>> = {
  both: "good",
  customerOnly: "warn",
  operatorOnly: "warn",
  nobody: "neutral",
};

function presenceOf({ customerPresent, operatorPresent }: LiveSession): Presence {
  if (customerPresent) return operatorPresent ? "both" : "customerOnly";
  return operatorPresent ? "operatorOnly" : "nobody";
}
