"use client";

import { ChevronRight } from "lucide-react";
import { Skeleton } from "@/components/skeleton";
import { RelativeTime } from "@/components/time";
import type { SessionRowsProps } from "./session-table";
import { useRowWords } from "./use-row-words";

const SKELETON_CARDS = ["a", "b", "c", "d", "e"];

/** The log on a phone: one card a session. */
export function SessionCards({ rows, showOperator, onOpen }: SessionRowsProps) {
  const words = useRowWords();
  return (
    <ul className="divide-y divide-line rounded-large border border-line bg-surface">
      {rows.map((row) => (
        <li key={row.sessionId}>
          <button
            type="button"
            aria-haspopup="dialog"
            onClick={() => onOpen(row)}
            className="flex w-full items-center gap-3 px-4 py-3 text-left focus-visible:-outline-offset-2"
          >
            <span className="min-w-0 flex-1">
              <span className="flex justify-between gap-3 text-15">
                <RelativeTime at={row.createdAt} className="font-semibold" />
                <span className="whitespace-nowrap">{words.duration(row)}</span>
              </span>
              <span className="block truncate text-13 text-ink-muted">
                {showOperator ? `${row.operatorName} · ${words.device(row)}` : words.device(row)}
              </span>
              <span className="flex justify-between gap-3 text-13 text-ink-muted">
                <span>{words.endReason(row)}</span>
                <span className="whitespace-nowrap">{words.traffic(row)}</span>
              </span>
            </span>
            <ChevronRight aria-hidden className="size-4 shrink-0 text-ink-muted" />
          </button>
        </li>
      ))}
    </ul>
  );
}

/** The cards while they load. */
export function SessionCardsSkeleton(_props: { showOperator: boolean }) {
  return (
    <div className="divide-y divide-line rounded-large border border-line bg-surface">
      {SKELETON_CARDS.map((key) => (
        <div key={key} className="flex h-[89px] flex-col justify-center gap-2 px-4">
          <Skeleton className="h-4 w-2/5" />
          <Skeleton className="h-3 w-3/5" />
          <Skeleton className="h-3 w-1/2" />
        </div>
      ))}
    </div>
  );
}
