"use client";

import { useQuery } from "@tanstack/react-query";
import { RadioTower } from "lucide-react";
import { useFormatter, useTranslations } from "next-intl";
import { type DataColumn, DataTable } from "@/components/data-table";
import { EmptyState } from "@/components/empty-state";
import { PageHeading } from "@/components/page-heading";
import { Skeleton } from "@/components/skeleton";
import { ElapsedTime, RelativeTime } from "@/components/time";
import type { RelayRow } from "@/protocol/provider-site";
import { useTRPC } from "@/trpc/client";
import { fullness, Meter } from "./meter";
import { ReadFailure } from "./read-failure";
import { RelayState } from "./relay-state";

const REFRESH_MS = 5_000;

/** The relays, as their last heartbeats told. */
export function RelaysPage() {
  const t = useTranslations("provider.relays");
  const format = useFormatter();
  const trpc = useTRPC();
  const relays = useQuery(
    trpc.provider.relays.queryOptions({}, { refetchInterval: REFRESH_MS, staleTime: 0 }),
  );
  const columns: readonly DataColumn<RelayRow>[] = [
    {
      id: "relay",
      header: t("relay"),
      phone: "title",
      cell: (relay) => (
        <span className="wrap-break-word block min-w-[9ch] font-semibold">{relay.relayId}</span>
      ),
    },
    { id: "state", header: t("state"), cell: (relay) => <RelayState relay={relay} /> },
    {
      id: "region",
      header: t("region"),
      hideable: true,
      cell: (relay) => <span className="wrap-break-word">{relay.region}</span>,
    },
    { id: "version", header: t("version"), hideable: true, cell: (relay) => relay.version },
    {
      id: "load",
      header: t("load"),
      cell: (relay) => (
        <span className="flex min-w-24 max-w-48 items-center gap-2">
          <Meter share={relay.heard ? relay.load : 0} tone={fullness(relay.load + 0.1)} />
          <span className="w-11 shrink-0 text-right">
            {relay.heard ? t("loadValue", { percent: Math.round(relay.load * 100) }) : "–"}
          </span>
        </span>
      ),
    },
    {
      id: "workers",
      header: t("workers"),
      numeric: true,
      hideable: true,
      cell: (relay) => (relay.heard ? format.number(relay.workers) : "–"),
    },
    {
      id: "sessions",
      header: t("sessions"),
      numeric: true,
      cell: (relay) => (relay.heard ? format.number(relay.sessions) : "–"),
    },
    {
      id: "heartbeat",
      header: t("heartbeat"),
      numeric: true,
      cell: (relay) =>
        relay.heard ? (
          t.rich("ago", { time: () => <ElapsedTime since={relay.lastHeartbeatAt} form="words" /> })
        ) : (
          <RelativeTime at={relay.lastHeartbeatAt} />
        ),
    },
  ];
  const data = relays.data;
  return (
    <>
      <PageHeading title={t("title")} description={t("description")} />
      {data ? (
        <DataTable
          label={t("title")}
          columns={columns}
          rows={data}
          rowKey={(relay) => relay.relayId}
          empty={
            <EmptyState icon={<RadioTower />} title={t("empty")}>
              {t("emptyDetail")}
            </EmptyState>
          }
        />
      ) : relays.isError ? (
        <ReadFailure error={relays.error} busy={relays.isFetching} onRetry={() => void relays.refetch()} />
      ) : (
        <Skeleton className="h-32 rounded" />
      )}
    </>
  );
}
