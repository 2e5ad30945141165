"use client";

import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Download, Plus, Upload, Users } from "lucide-react";
import { useTranslations } from "next-intl";
import { useCallback, useState } from "react";
import { Button } from "@/components/button";
import { type DataSort, DataTable } from "@/components/data-table";
import { EmptyState } from "@/components/empty-state";
import { ErrorNotice } from "@/components/error-notice";
import { PageHeading } from "@/components/page-heading";
import { Skeleton } from "@/components/skeleton";
import { type OperatorSort, operatorSorts } from "@/protocol/operator-accounts";
import { useTRPC, useTRPCClient } from "@/trpc/client";
import { refusalOf } from "@/trpc/refusal";
import { AddOperatorSheet } from "./add-operator-sheet";
import { ImportSheet } from "./import-sheet";
import { NO_FILTER, type OperatorFilter, OperatorFilters } from "./operator-filters";
import { OperatorSheet } from "./operator-sheet";
import { SeatsMeter } from "./seats-meter";
import { useOperatorColumns } from "./use-operator-columns";

type Sheet =
  | { readonly kind: "none" | "add" | "import" }
  | { readonly kind: "operator"; readonly id: string };

interface OperatorsPageProps {
  companyName: string;
  /** Whether the server can send e-mail at all. */
  mailPossible: boolean;
}

/** The company's accounts. */
export function OperatorsPage({ companyName, mailPossible }: OperatorsPageProps) {
  const t = useTranslations("operators");
  const common = useTranslations("common");
  const trpc = useTRPC();
  const api = useTRPCClient();
  const [filter, setFilter] = useState<OperatorFilter>(NO_FILTER);
  const [sort, setSort] = useState<DataSort>({ columnId: "name", descending: false });
  const [sheet, setSheet] = useState<Sheet>({ kind: "none" });
  const close = useCallback(() => setSheet({ kind: "none" }), []);
  const columns = useOperatorColumns();
  const seats = useQuery(trpc.operators.seats.queryOptions({}));
  const query = { ...wanted(filter), sort: sortOf(sort.columnId), descending: sort.descending };
  // Not by `infiniteQueryOptions`, which sends a `direction` that the API does not know.
  const list = useInfiniteQuery({
    queryKey: trpc.operators.list.infiniteQueryKey(query),
    queryFn: ({ pageParam, signal }) =>
      api.operators.list.query({ ...query, ...(pageParam && { cursor: pageParam }) }, { signal }),
    initialPageParam: "",
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
    staleTime: 0,
  });
  const rows = list.data?.pages.flatMap((page) => page.rows) ?? [];
  const total = list.data?.pages[0]?.total ?? 0;

  return (
    <>
      <PageHeading
        title={t("title")}
        description={t("description", { company: companyName })}
        actions={
          <>
            <Button asChild>
              {/* Not a page of the application: the file comes in pieces from the server. */}
              <a href={`/admin/operators/export?${exportQuery(filter)}`} download>
                <Download aria-hidden className="size-4" />
                {t("export")}
              </a>
            </Button>
            <Button onClick={() => setSheet({ kind: "import" })}>
              <Upload aria-hidden className="size-4" />
              {t("import")}
            </Button>
            <Button variant="primary" onClick={() => setSheet({ kind: "add" })}>
              <Plus aria-hidden className="size-4" />
              {t("add")}
            </Button>
          </>
        }
      />
      <SeatsMeter seats={seats.data} />
      {list.isError && !list.data ? (
        <ErrorNotice
          {...refusalOf(list.error)}
          action={
            <Button busy={list.isFetching} onClick={() => void list.refetch()}>
              {common("tryAgain")}
            </Button>
          }
        />
      ) : list.data ? (
        <>
          <DataTable
            label={t("tableLabel")}
            columns={columns}
            rows={rows}
            rowKey={(row) => row.operatorId}
            sort={sort}
            onSort={setSort}
            onOpenRow={(row) => setSheet({ kind: "operator", id: row.operatorId })}
            busy={list.isPlaceholderData}
            storageKey="operators"
            toolbar={<OperatorFilters filter={filter} onChange={setFilter} />}
            empty={
              <EmptyState
                icon={<Users />}
                title={t("empty")}
                action={<Button onClick={() => setFilter(NO_FILTER)}>{t("clearFilters")}</Button>}
              >
                {t("emptyDetail")}
              </EmptyState>
            }
          />
          {rows.length > 0 && (
            <div className="mt-4 flex min-h-10 flex-wrap items-center justify-between gap-3">
              <p className="text-13 text-ink-muted tabular-nums" aria-live="polite">
                {t("shown", { shown: rows.length, total })}
              </p>
              {list.hasNextPage && (
                <Button busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
                  {t("loadMore")}
                </Button>
              )}
            </div>
          )}
        </>
      ) : (
        <ListSkeleton label={t("loading")} />
      )}
      <OperatorSheet
        operatorId={sheet.kind === "operator" ? sheet.id : null}
        mailPossible={mailPossible}
        onClose={close}
      />
      <AddOperatorSheet open={sheet.kind === "add"} mailPossible={mailPossible} onClose={close} />
      <ImportSheet open={sheet.kind === "import"} mailPossible={mailPossible} onClose={close} />
    </>
  );
}

function wanted({ text, role, state }: OperatorFilter) {
  return { ...(text !== "" && { text }), ...(role && { role }), ...(state && { state }) };
}

function exportQuery(filter: OperatorFilter): string {
  return new URLSearchParams(wanted(filter)).toString();
}

function sortOf(columnId: string): OperatorSort {
  return operatorSorts.find((sort) => sort === columnId) ?? "name";
}

const SKELETON_ROWS = ["a", "b", "c", "d", "e", "f"];

/** The toolbar and the rows while they load, at the size that they will have. */
function ListSkeleton({ label }: { label: string }) {
  return (
    <div role="status" aria-label={label}>
      <Skeleton className="mb-3 h-10 w-full max-w-xs" />
      <div className="overflow-hidden rounded border border-line bg-surface">
        <div className="h-9 bg-sunken" />
        {SKELETON_ROWS.map((row) => (
          <div
            key={row}
            className="flex h-[45px] items-center gap-8 border-line border-b px-3 last:border-b-0"
          >
            <Skeleton className="h-4 w-40" />
            <Skeleton className="h-4 w-24" />
            <Skeleton className="hidden h-4 w-48 sm:block" />
          </div>
        ))}
      </div>
    </div>
  );
}
