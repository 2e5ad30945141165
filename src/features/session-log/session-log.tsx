"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { History } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Announcer } from "@/components/announcer";
import { Button } from "@/components/button";
import { EmptyState } from "@/components/empty-state";
import { ErrorNotice } from "@/components/error-notice";
import type { SessionLogRow } from "@/protocol/session-views";
import { useTRPCClient } from "@/trpc/client";
import { refusalOf } from "@/trpc/refusal";
import { SessionCards, SessionCardsSkeleton } from "./session-cards";
import { SessionSheet } from "./session-sheet";
import { SessionTable, SessionTableSkeleton } from "./session-table";
import { useWideScreen } from "./use-wide-screen";

const PAGE_SIZE = 30;

interface SessionLogProps {
  /** `own`: the sessions of whoever looks; `company`: everybody's, for administrators. */
  scope: "own" | "company";
}

/** Sessions, newest first, a page at a time; a row opens a sheet with everything that is stored about it. */
export function SessionLog({ scope }: SessionLogProps) {
  const t = useTranslations("admin");
  const client = useTRPCClient();
  const isWide = useWideScreen();
  const [opened, setOpened] = useState<SessionLogRow | null>(null);
  // Asked directly: tRPC's own infinite query adds a direction to the input, which the log does not know and refuses.
  const log = useInfiniteQuery({
    queryKey: ["session-log", scope],
    queryFn: ({ pageParam, signal }) =>
      client.log.list.query({ scope, limit: PAGE_SIZE, ...(pageParam && { cursor: pageParam }) }, { signal }),
    initialPageParam: "",
    getNextPageParam: (page) => page.nextCursor,
  });
  const rows = log.data?.pages.flatMap((page) => page.rows) ?? [];
  const showOperator = scope === "company";
  const Rows = isWide ? SessionTable : SessionCards;
  const RowsSkeleton = isWide ? SessionTableSkeleton : SessionCardsSkeleton;

  if (log.isPending) {
    return (
      <div aria-busy>
        <RowsSkeleton showOperator={showOperator} />
        <Announcer message={t("loading")} />
      </div>
    );
  }
  if (log.isError && rows.length === 0) {
    return (
      <ErrorNotice
        {...refusalOf(log.error)}
        action={
          <Button busy={log.isFetching} onClick={() => void log.refetch()}>
            {t("retry")}
          </Button>
        }
      />
    );
  }
  if (rows.length === 0) {
    return (
      <EmptyState
        icon={<History />}
        title={t("empty")}
        className="rounded-large border border-line bg-surface"
        action={
          <Button asChild>
            <Link href="/console">{t("emptyAction")}</Link>
          </Button>
        }
      >
        {t(showOperator ? "emptyCompanyDetail" : "emptyDetail")}
      </EmptyState>
    );
  }
  return (
    <>
      <Rows rows={rows} showOperator={showOperator} onOpen={setOpened} />
      <div className="mt-4 flex min-h-10 flex-wrap items-center justify-between gap-4">
        <p role="status" className="text-15 text-ink-muted">
          {t(log.hasNextPage ? "shown" : "allShown", { count: rows.length })}
        </p>
        {log.hasNextPage && (
          <Button busy={log.isFetchingNextPage} onClick={() => void log.fetchNextPage()}>
            {t("loadMore")}
          </Button>
        )}
      </div>
      {log.isFetchNextPageError && <ErrorNotice {...refusalOf(log.error)} className="mt-4" />}
      <SessionSheet row={opened} onClose={() => setOpened(null)} />
    </>
  );
}
