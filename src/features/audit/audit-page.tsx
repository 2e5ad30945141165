"use client";

import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Download, ScrollText } from "lucide-react";
import { useFormatter, useTranslations } from "next-intl";
import { useState } from "react";
import { Announcer } from "@/components/announcer";
import { Button } from "@/components/button";
import { type DataColumn, DataTable } from "@/components/data-table";
import { EmptyState } from "@/components/empty-state";
import { ErrorNotice } from "@/components/error-notice";
import { PageHeading } from "@/components/page-heading";
import { Skeleton } from "@/components/skeleton";
import { RelativeTime } from "@/components/time";
import type { AuditRow } from "@/protocol/audit-log";
import { useTRPCClient } from "@/trpc/client";
import { refusalOf } from "@/trpc/refusal";
import { AuditFilters } from "./audit-filters";
import { AuditSheet } from "./audit-sheet";
import { exportAddress, type FilterWords, noFilter, toAuditFilter } from "./filter-words";
import { useAuditWords } from "./use-audit-words";

const SKELETON_ROWS = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"];
/** What happens in companies and what the provider does are written into different logs. */
const PROVIDER_ONLY = ["mail", "provider_account", "relay"];
const COMPANY_ONLY = ["operator", "policy", "reception", "session", "session_log", "supervision"];

interface AuditPageProps {
  /** Whose log: the company's, or the provider's own. */
  site: "company" | "provider";
}

/** The audit log, newest first; a row opens a sheet with all that the entry says. */
export function AuditPage({ site }: AuditPageProps) {
  const t = useTranslations("audit");
  const client = useTRPCClient();
  const words = useAuditWords();
  const format = useFormatter();
  const [filter, setFilter] = useState<FilterWords>(noFilter);
  const [opened, setOpened] = useState<AuditRow | null>(null);
  const columns = useColumns();
  const isProvider = site === "provider";
  const actors = useQuery({
    queryKey: ["audit-actors", site],
    queryFn: ({ signal }) =>
      isProvider
        ? client.audit.providerActors.query({}, { signal })
        : client.audit.actors.query({}, { signal }),
  });
  const log = useInfiniteQuery({
    queryKey: ["audit", site, filter],
    queryFn: ({ pageParam, signal }) => {
      const input = { ...toAuditFilter(filter), ...(pageParam && { cursor: pageParam }) };
      return isProvider
        ? client.audit.listProvider.query(input, { signal })
        : client.audit.list.query(input, { signal });
    },
    initialPageParam: "",
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
  });
  const rows = log.data?.pages.flatMap((page) => page.rows) ?? [];
  const searchedBackTo = log.data?.pages.at(-1)?.searchedBackTo ?? null;
  const isFiltered = Object.values(filter).some((value) => value !== "");
  const elsewhere = isProvider ? COMPANY_ONLY : PROVIDER_ONLY;
  return (
    <>
      <PageHeading
        title={t("title")}
        description={t(isProvider ? "providerDescription" : "description")}
        actions={
          <Button asChild>
            <a
              href={exportAddress(isProvider ? "/provider/audit/export" : "/admin/audit/export", filter)}
              download
            >
              <Download aria-hidden className="size-4" />
              {t("export")}
            </a>
          </Button>
        }
      />
      <AuditFilters
        filter={filter}
        onChange={setFilter}
        actors={actors.data ?? []}
        groups={words.groups.map(([group]) => group).filter((group) => !elsewhere.includes(group))}
      />
      {log.isError && (
        <ErrorNotice
          {...refusalOf(log.error)}
          className="mb-4"
          action={
            <Button busy={log.isFetching} onClick={() => void log.refetch()}>
              {t("retry")}
            </Button>
          }
        />
      )}
      {log.isPending ? (
        <div aria-busy className="space-y-px overflow-clip rounded border border-line bg-surface">
          {SKELETON_ROWS.map((key) => (
            <div key={key} className="flex h-11 items-center gap-6 px-4">
              <Skeleton className="h-4 w-28" />
              <Skeleton className="h-4 w-32" />
              <Skeleton className="h-4 w-52" />
            </div>
          ))}
          <Announcer message={t("loading")} />
        </div>
      ) : (
        <DataTable
          label={t("table")}
          columns={columns}
          rows={rows}
          rowKey={(row) => row.eventId}
          onOpenRow={setOpened}
          busy={log.isPlaceholderData}
          storageKey={`audit-${site}`}
          {...(!log.isError && {
            empty: (
              <EmptyState
                icon={<ScrollText />}
                title={t(isFiltered ? "noMatch" : "empty")}
                action={isFiltered && <Button onClick={() => setFilter(noFilter)}>{t("clear")}</Button>}
              >
                {t(isFiltered ? "noMatchDetail" : "emptyDetail")}
              </EmptyState>
            ),
          })}
        />
      )}
      <div className="mt-4 flex min-h-10 flex-wrap items-center justify-between gap-4">
        <p role="status" className="text-15 text-ink-muted">
          {log.data && t(log.hasNextPage ? "shown" : "allShown", { count: rows.length })}
          {searchedBackTo &&
            ` · ${t("searchedBackTo", { time: format.dateTime(searchedBackTo, { dateStyle: "medium", timeStyle: "short" }) })}`}
        </p>
        {log.hasNextPage && (
          <Button busy={log.isFetchingNextPage} onClick={() => void log.fetchNextPage()}>
            {t(searchedBackTo ? "searchFurther" : "loadMore")}
          </Button>
        )}
      </div>
      <AuditSheet row={opened} onClose={() => setOpened(null)} />
    </>
  );
}

function useColumns(): DataColumn<AuditRow>[] {
  const t = useTranslations("audit.columns");
  const words = useAuditWords();
  return [
    { id: "at", header: t("at"), cell: (row) => <RelativeTime at={row.at} className="whitespace-nowrap" /> },
    { id: "what", header: t("what"), cell: (row) => words.action(row.action), phone: "title" },
    { id: "actor", header: t("actor"), cell: (row) => words.party(row.actor) },
    {
      id: "subject",
      header: t("subject"),
      cell: (row) => row.subject && words.party(row.subject),
      hideable: true,
    },
    {
      id: "clientAddress",
      header: t("clientAddress"),
      cell: (row) => <span className="tabular-nums">{row.clientAddress}</span>,
      hideable: true,
      phone: "hidden",
    },
  ];
}
