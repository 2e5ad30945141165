"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Building2, Plus, Search } from "lucide-react";
import { useFormatter, useTranslations } from "next-intl";
import { useDeferredValue, useState } from "react";
import { Button } from "@/components/button";
import { type DataColumn, DataTable } from "@/components/data-table";
import { EmptyState } from "@/components/empty-state";
import { PageHeading } from "@/components/page-heading";
import { SelectField } from "@/components/select-field";
import { Skeleton } from "@/components/skeleton";
import { TextField } from "@/components/text-field";
import { type CompanyRow, companyStates } from "@/protocol/provider-site";
import { useTRPC } from "@/trpc/client";
import { CompanySheet } from "./company-sheet";
import { CompanyStateBadge } from "./company-state-badge";
import { fullness, Meter } from "./meter";
import { NewCompanySheet } from "./new-company-sheet";
import { ReadFailure } from "./read-failure";

const REFRESH_MS = 15_000;

/** The companies as contract and counts, and what the provider can do with them. */
export function CompaniesPage() {
  const t = useTranslations("provider.companies");
  const trpc = useTRPC();
  const [text, setText] = useState("");
  const [stateFilter, setStateFilter] = useState("");
  const [creating, setCreating] = useState(false);
  const [openedId, setOpenedId] = useState<string | null>(null);
  const wanted = useDeferredValue(text.trim());
  const state = companyStates.find((name) => name === stateFilter);
  const list = useQuery(
    trpc.provider.companies.list.queryOptions(
      { ...(wanted && { text: wanted }), ...(state && { state }) },
      { refetchInterval: REFRESH_MS, staleTime: 0, placeholderData: keepPreviousData },
    ),
  );
  const columns = useColumns();
  const filtered = wanted !== "" || state !== undefined;
  const { data } = list;

  return (
    <>
      <PageHeading
        title={t("title")}
        description={t("description")}
        actions={
          <Button variant="primary" onClick={() => setCreating(true)}>
            <Plus aria-hidden className="size-4" />
            {t("create")}
          </Button>
        }
      />
      {data ? (
        <>
          <DataTable
            label={t("title")}
            columns={columns}
            rows={data.rows}
            rowKey={(company) => company.companyId}
            onOpenRow={(company) => setOpenedId(company.companyId)}
            busy={list.isPlaceholderData}
            storageKey="provider-companies"
            toolbar={
              // Filters are never wrong: the room of their error lines is taken back.
              <div className="-mb-7 grid gap-x-3 sm:grid-cols-[minmax(0,20rem)_12rem]">
                <TextField
                  label={t("search")}
                  type="search"
                  value={text}
                  maxLength={100}
                  onChange={(event) => setText(event.target.value)}
                  trailing={<Search aria-hidden className="mr-3 size-4 text-ink-muted" />}
                  className="mb-0"
                />
                <SelectField
                  label={t("stateFilter")}
                  value={stateFilter}
                  onChange={(event) => setStateFilter(event.target.value)}
                  options={[
                    { value: "", label: t("allStates") },
                    ...companyStates.map((name) => ({ value: name, label: t(`states.${name}`) })),
                  ]}
                />
              </div>
            }
            empty={
              filtered ? (
                <EmptyState
                  icon={<Search />}
                  title={t("nothingFound")}
                  action={
                    <Button
                      onClick={() => {
                        setText("");
                        setStateFilter("");
                      }}
                    >
                      {t("clearFilter")}
                    </Button>
                  }
                >
                  {t("nothingFoundDetail")}
                </EmptyState>
              ) : (
                <EmptyState icon={<Building2 />} title={t("empty")}>
                  {t("emptyDetail")}
                </EmptyState>
              )
            }
          />
          <p role="status" className="mt-3 text-13 text-ink-muted">
            {t("shown", { shown: data.rows.length, total: data.total })}
          </p>
        </>
      ) : list.isError ? (
        <ReadFailure error={list.error} busy={list.isFetching} onRetry={() => void list.refetch()} />
      ) : (
        <Skeleton className="h-64 rounded" />
      )}
      {creating && <NewCompanySheet onClose={() => setCreating(false)} />}
      {openedId !== null && <CompanySheet companyId={openedId} onClose={() => setOpenedId(null)} />}
    </>
  );
}

function useColumns(): readonly DataColumn<CompanyRow>[] {
  const t = useTranslations("provider.companies");
  const format = useFormatter();
  return [
    { id: "name", header: t("name"), phone: "title", cell: (company) => company.name },
    {
      id: "code",
      header: t("code"),
      cell: (company) => <span className="whitespace-nowrap">{company.code}</span>,
    },
    { id: "state", header: t("state"), cell: (company) => <CompanyStateBadge state={company.state} /> },
    {
      id: "seats",
      header: t("seats"),
      cell: (company) => {
        const share = company.seatsUsed / company.plan.seats;
        return (
          <span className="flex max-w-40 items-center gap-3">
            <Meter share={share} tone={fullness(share)} className="max-w-16" />
            <span className="whitespace-nowrap">
              {format.number(company.seatsUsed)} / {format.number(company.plan.seats)}
            </span>
          </span>
        );
      },
    },
    {
      id: "open",
      header: t("openSessions"),
      numeric: true,
      cell: (company) => format.number(company.openSessions),
    },
    {
      id: "recent",
      header: t("recentSessions"),
      numeric: true,
      hideable: true,
      cell: (company) => format.number(company.recentSessions),
    },
    {
      id: "minutes",
      header: t("recentMinutes"),
      numeric: true,
      hideable: true,
      phone: "hidden",
      cell: (company) => format.number(company.recentMinutes),
    },
    {
      id: "region",
      header: t("region"),
      hideable: true,
      phone: "hidden",
      cell: (company) => <span className="whitespace-nowrap">{company.region}</span>,
    },
  ];
}
