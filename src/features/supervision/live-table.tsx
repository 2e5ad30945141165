"use client";

import { Eye } from "lucide-react";
import Link from "next/link";
import { useFormatter, useTranslations } from "next-intl";
import { StatusDot, type Tone } from "@/components/badge";
import { Button } from "@/components/button";
import { type DataColumn, DataTable } from "@/components/data-table";
import { ElapsedTime } from "@/components/time";
import { gradeOf } from "@/media/quality";
import type { Quality } from "@/media/session-state";
import type { LiveBoardRow } from "@/protocol/supervision";
import { openState, toneOf } from "./session-words";

const gradeTones: Readonly<Record<Quality["grade"], Tone>> = { good: "good", fair: "warn", poor: "stop" };

/** The open sessions, longest-standing first. */
export function LiveTable({
  sessions,
  onEnd,
}: {
  sessions: readonly LiveBoardRow[];
  onEnd: (session: LiveBoardRow) => void;
}) {
  const t = useTranslations("supervision");
  const format = useFormatter();
  const columns: DataColumn<LiveBoardRow>[] = [
    {
      id: "operator",
      header: t("columns.operator"),
      phone: "title",
      cell: ({ operatorName }) => <span className="break-words font-semibold">{operatorName}</span>,
    },
    { id: "state", header: t("columns.state"), cell: (session) => <State session={session} /> },
    {
      id: "since",
      header: t("columns.since"),
      numeric: true,
      cell: ({ startedAt, since }) => <ElapsedTime since={startedAt ?? since} />,
    },
    {
      id: "customer",
      header: t("columns.customer"),
      cell: ({ osName, browserName }) =>
        osName === "" && browserName === ""
          ? t("unknownCustomer")
          : t("customer", { os: osName, browser: browserName }),
    },
    { id: "quality", header: t("columns.quality"), cell: ({ quality }) => <QualityCell quality={quality} /> },
    {
      id: "watching",
      header: t("columns.watching"),
      cell: ({ observers }) =>
        observers.length === 0 ? (
          <span className="text-ink-muted">{t("nobodyWatches")}</span>
        ) : (
          format.list(observers.map(({ name }) => name))
        ),
    },
    {
      id: "actions",
      header: t("columns.actions"),
      cell: (session) => <Actions session={session} onEnd={() => onEnd(session)} />,
    },
  ];
  return (
    <DataTable label={t("table")} columns={columns} rows={sessions} rowKey={({ sessionId }) => sessionId} />
  );
}

function State({ session }: { session: LiveBoardRow }) {
  const t = useTranslations("supervision.state");
  const state = openState(session);
  return <StatusDot tone={toneOf[state]}>{t(state)}</StatusDot>;
}

function QualityCell({ quality }: { quality: LiveBoardRow["quality"] }) {
  const t = useTranslations("supervision.quality");
  const words = useTranslations("session.quality");
  if (quality === null) return <span className="text-ink-muted">{t("none")}</span>;
  const grade = gradeOf(quality.rttMs, quality.lossRatio);
  return (
    <StatusDot tone={gradeTones[grade]}>
      {words(grade)}
      {quality.rttMs !== null && (
        <span className="text-ink-muted tabular-nums">
          {" · "}
          {t("milliseconds", { value: String(Math.round(quality.rttMs)) })}
        </span>
      )}
    </StatusDot>
  );
}

function Actions({ session, onEnd }: { session: LiveBoardRow; onEnd: () => void }) {
  const t = useTranslations("supervision");
  const { sessionId, operatorName, isOwn, phase } = session;
  return (
    <span className="flex flex-wrap gap-2">
      {isOwn ? (
        <Button asChild size="small">
          <Link href={`/console/sessions/${sessionId}`} aria-label={t("openOf")}>
            {t("open")}
          </Link>
        </Button>
      ) : phase === "live" ? (
        <Button asChild size="small">
          <Link href={`/admin/live/${sessionId}`} aria-label={t("watchOf", { operator: operatorName })}>
            <Eye aria-hidden className="size-4" />
            {t("watch")}
          </Link>
        </Button>
      ) : (
        <Button size="small" disabled title={t("notYet")}>
          <Eye aria-hidden className="size-4" />
          {t("watch")}
        </Button>
      )}
      <Button
        size="small"
        variant="quiet"
        className="text-stop-text"
        aria-label={t("endOf", { operator: operatorName })}
        onClick={onEnd}
      >
        {t("end")}
      </Button>
    </span>
  );
}
