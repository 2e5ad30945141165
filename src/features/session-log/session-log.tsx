"use client";

import { useQuery } from "@tanstack/react-query";
import { ChevronLeft, ChevronRight, History, SearchX } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Announcer } from "@/components/announcer";
import { Button } from "@/components/button";
import { type DataColumn, DataTable } from "@/components/data-table";
import { EmptyState } from "@/components/empty-state";
import { ErrorNotice } from "@/components/error-notice";
import { Skeleton } from "@/components/skeleton";
import { RelativeTime } from "@/components/time";
import { cn } from "@/lib/class-names";
import { logSorts, type SessionLogPage, type SessionLogRow } from "@/protocol/session-log";
import { useTRPC } from "@/trpc/client";
import { refusalOf } from "@/trpc/refusal";
import { countFilters, type LogAddress, wholeLog } from "./log-address";
import { LogFilters } from "./log-filters";
import { SessionSheet } from "./session-sheet";
import { useLogAddress } from "./use-log-address";
import { type LogScope, useLogPage } from "./use-log-page";
import { useRowWords } from "./use-row-words";

interface SessionLogProps {
  /** `own`: the sessions of whoever looks; `company`: everybody's, for supervisors and administrators. */
  scope: LogScope;
  /** Where this list is; a session's page is below it. */
  path: string;
}

/** Sessions, a page at a time, narrowed and sorted by the server; a row opens a sheet. */
export function SessionLog({ scope, path }: SessionLogProps) {
  const t = useTranslations("sessionLog");
  const trpc = useTRPC();
  const { address, go, refine } = useLogAddress();
  const [opened, setOpened] = useState<SessionLogRow | null>(null);
  const options = useQuery(trpc.log.options.queryOptions({ scope }));
  const log = useLogPage(scope, address);
  const columns = useColumns(scope === "company");
  const filters = (
    <LogFilters
      address={address}
      options={options.data}
      showOperator={scope === "company"}
      onChange={go}
      onType={refine}
    />
  );

  if (log.isError) {
    return (
      <>
        {filters}
        <ErrorNotice
          {...refusalOf(log.error)}
          className="mt-4"
          action={
            <Button busy={log.isFetching} onClick={() => void log.refetch()}>
              {t("retry")}
            </Button>
          }
        />
      </>
    );
  }
  if (!log.data) {
    return (
      <div aria-busy>
        {filters}
        <div className="mt-3 space-y-px">
          {SKELETON_ROWS.map((key) => (
            <Skeleton key={key} className="h-11 w-full" />
          ))}
        </div>
        <Announcer message={t("loading")} />
      </div>
    );
  }
  // Where nothing was ever written there is nothing to narrow or to page through.
  const isBlank = log.data.rows.length === 0 && address.cursor === "" && countFilters(address) === 0;
  return (
    <>
      <DataTable
        label={t("table")}
        {...(!isBlank && { storageKey: `session-log-${scope}` })}
        columns={columns}
        rows={log.data.rows}
        rowKey={(row) => row.sessionId}
        busy={log.isPlaceholderData}
        toolbar={isBlank ? undefined : filters}
        sort={{ columnId: address.sort, descending: address.descending }}
        onSort={({ columnId, descending }) => {
          const sort = logSorts.find((one) => one === columnId) ?? "start";
          // Somebody who sorts by a length wants the longest first.
          const isNew = sort !== address.sort;
          go({ ...address, sort, descending: isNew || descending, cursor: "", direction: "next" });
        }}
        onOpenRow={setOpened}
        empty={<Nothing scope={scope} address={address} page={log.data} onClear={() => go(wholeLog)} />}
      />
      {!isBlank && <Pager address={address} page={log.data} busy={log.isPlaceholderData} onGo={go} />}
      <SessionSheet
        row={opened}
        href={`${path}/${opened?.sessionId ?? ""}`}
        onClose={() => setOpened(null)}
      />
    </>
  );
}

const SKELETON_ROWS = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"];

function useColumns(showOperator: boolean): readonly DataColumn<SessionLogRow>[] {
  const t = useTranslations("sessionLog");
  const words = useRowWords();
  const muted = (text: string) => <span className="text-ink-muted">{text}</span>;
  return [
    {
      id: "start",
      header: t("columns.when"),
      sortable: true,
      phone: "title",
      cell: (row) => <RelativeTime at={row.createdAt} className="block lg:w-34" />,
    },
    ...(showOperator
      ? [
          {
            id: "operator",
            header: t("columns.operator"),
            hideable: true,
            cell: (row: SessionLogRow) => <span className="line-clamp-2 max-w-44">{row.operatorName}</span>,
          },
        ]
      : []),
    {
      id: "duration",
      header: t("columns.duration"),
      sortable: true,
      numeric: true,
      cell: (row) => (row.durationSeconds === null ? muted(words.duration(row)) : words.duration(row)),
    },
    {
      id: "ended",
      header: t("columns.ended"),
      hideable: true,
      cell: (row) => (
        <TwoLines
          first={words.endReason(row)}
          second={row.surveyAnswer && `${t("columns.survey")}: ${words.survey(row)}`}
          className="lg:w-32"
        />
      ),
    },
    {
      id: "device",
      header: t("columns.device"),
      hideable: true,
      cell: (row) => words.device(row),
    },
    {
      id: "note",
      header: t("columns.note"),
      hideable: true,
      phone: "hidden",
      cell: (row) =>
        row.note === "" && row.category === null ? (
          muted(t("none"))
        ) : (
          <TwoLines first={row.category} second={row.note} className="lg:w-36" />
        ),
    },
    {
      id: "traffic",
      header: t("columns.traffic"),
      sortable: true,
      hideable: true,
      numeric: true,
      phone: "hidden",
      cell: (row) => words.traffic(row),
    },
  ];
}

/** Two things that belong together, the second one quieter and never longer than its line. */
function TwoLines({
  first,
  second,
  className,
}: {
  first: string | null;
  second: string | null;
  className: string;
}) {
  return (
    <span className={cn("block", className)}>
      {first && <span className="block">{first}</span>}
      {second && <span className="line-clamp-1 text-13 text-ink-muted">{second}</span>}
    </span>
  );
}

interface PlaceProps {
  address: LogAddress;
  page: SessionLogPage;
}

/** Nothing yet, nothing that matches, or nothing so far. */
function Nothing({ scope, address, page, onClear }: PlaceProps & { scope: LogScope; onClear: () => void }) {
  const t = useTranslations("sessionLog");
  if (countFilters(address) > 0) {
    return (
      <EmptyState
        icon={<SearchX />}
        title={t("emptyFiltered")}
        action={<Button onClick={onClear}>{t("filters.reset")}</Button>}
      >
        {page.isFull ? t("emptyFilteredDetail") : t("pager.lookedBack")}
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={<History />}
      title={t("empty")}
      action={
        <Button asChild>
          <Link href="/console">{t("emptyAction")}</Link>
        </Button>
      }
    >
      {t(scope === "company" ? "emptyCompanyDetail" : "emptyDetail")}
    </EmptyState>
  );
}

/** To the pages beside this one. Their places are in the address, so that a reload comes back here. */
function Pager({
  address,
  page,
  busy,
  onGo,
}: PlaceProps & { busy: boolean; onGo: (next: LogAddress) => void }) {
  const t = useTranslations("sessionLog.pager");
  const move = (direction: LogAddress["direction"], cursor: string) => {
    onGo({ ...address, direction, cursor });
    window.scrollTo({ top: 0 });
  };
  const { previousCursor, nextCursor } = page;
  return (
    <nav aria-label={t("label")} className="mt-4 flex min-h-10 flex-wrap items-center justify-between gap-3">
      <p role="status" className="text-13 text-ink-muted">
        {busy ? t("searching") : t("count", { count: page.rows.length })}
        {!busy && !page.isFull && ` · ${t("lookedBack")}`}
      </p>
      <div className="flex flex-wrap gap-2">
        {address.cursor !== "" && (
          <Button variant="quiet" onClick={() => onGo({ ...address, cursor: "", direction: "next" })}>
            {t("first")}
          </Button>
        )}
        <Button
          disabled={busy || previousCursor === null}
          onClick={() => previousCursor !== null && move("previous", previousCursor)}
        >
          <ChevronLeft aria-hidden className="size-4" />
          {t("newer")}
        </Button>
        <Button
          disabled={busy || nextCursor === null}
          onClick={() => nextCursor !== null && move("next", nextCursor)}
        >
          {page.isFull ? t("older") : t("goOn")}
          <ChevronRight aria-hidden className="size-4" />
        </Button>
      </div>
    </nav>
  );
}
