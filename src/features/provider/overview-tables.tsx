"use client";

import { useFormatter, useTranslations } from "next-intl";
import { StatusDot, type Tone } from "@/components/badge";
import { Skeleton } from "@/components/skeleton";
import { Table, TableBody, TableCell, TableHead, TableHeaderCell, TableRow } from "@/components/table";
import { ElapsedTime } from "@/components/time";

/** A relay, as `provider.overview` tells. */
export interface RelayRow {
  relayId: string;
  region: string;
  version: string;
  state: "ready" | "draining";
  /** 0 to 1. */
  load: number;
  sessions: number;
  lastHeartbeatAt: Date;
  healthy: boolean;
}

/** A company in counts. */
export interface CompanyRow {
  code: string;
  name: string;
  operators: number;
  sessionsLastDay: number;
}

/** What a relay is doing. One that drains says so itself; one that is silent cannot. */
function relayState(relay: RelayRow): { key: "ready" | "draining" | "silent"; tone: Tone } {
  if (relay.healthy) return { key: "ready", tone: "good" };
  return relay.state === "draining" ? { key: "draining", tone: "warn" } : { key: "silent", tone: "stop" };
}

/** The relays, one a row. */
export function RelayTable({ relays }: { relays: readonly RelayRow[] }) {
  const t = useTranslations("provider.relays");
  const format = useFormatter();
  return (
    <Table label={t("headingLoading")}>
      <TableHead>
        <tr>
          <TableHeaderCell>{t("relay")}</TableHeaderCell>
          <TableHeaderCell>{t("region")}</TableHeaderCell>
          <TableHeaderCell>{t("version")}</TableHeaderCell>
          <TableHeaderCell>{t("state")}</TableHeaderCell>
          <TableHeaderCell numeric>{t("load")}</TableHeaderCell>
          <TableHeaderCell numeric>{t("sessions")}</TableHeaderCell>
          <TableHeaderCell numeric>{t("heartbeat")}</TableHeaderCell>
        </tr>
      </TableHead>
      <TableBody>
        {relays.map((relay) => {
          const { key, tone } = relayState(relay);
          return (
            <TableRow key={relay.relayId}>
              <TableCell className="whitespace-nowrap font-semibold">{relay.relayId}</TableCell>
              <TableCell className="whitespace-nowrap">{relay.region}</TableCell>
              <TableCell className="whitespace-nowrap">{relay.version}</TableCell>
              <TableCell className="whitespace-nowrap">
                <StatusDot tone={tone}>{t(key)}</StatusDot>
              </TableCell>
              <TableCell numeric>{t("loadValue", { percent: Math.round(relay.load * 100) })}</TableCell>
              <TableCell numeric>{format.number(relay.sessions)}</TableCell>
              <TableCell numeric>
                {t.rich("ago", { time: () => <ElapsedTime since={relay.lastHeartbeatAt} form="words" /> })}
              </TableCell>
            </TableRow>
          );
        })}
      </TableBody>
    </Table>
  );
}

/** The companies, one a row. */
export function CompanyTable({ companies }: { companies: readonly CompanyRow[] }) {
  const t = useTranslations("provider.companies");
  const format = useFormatter();
  return (
    <Table label={t("headingLoading")}>
      <TableHead>
        <tr>
          <TableHeaderCell>{t("code")}</TableHeaderCell>
          <TableHeaderCell>{t("name")}</TableHeaderCell>
          <TableHeaderCell numeric>{t("operators")}</TableHeaderCell>
          <TableHeaderCell numeric>{t("sessions")}</TableHeaderCell>
        </tr>
      </TableHead>
      <TableBody>
        {companies.map((company) => (
          <TableRow key={company.code}>
            <TableCell className="whitespace-nowrap font-semibold">{company.code}</TableCell>
            <TableCell className="whitespace-nowrap">{company.name}</TableCell>
            <TableCell numeric>{format.number(company.operators)}</TableCell>
            <TableCell numeric>{format.number(company.sessionsLastDay)}</TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}

/** A table that is loading: a head and rows of the height they will have. */
export function TableSkeleton({ rows, columns }: { rows: number; columns: number }) {
  const cells = Array.from({ length: columns }, (_, index) => `column ${index}`);
  return (
    <div aria-hidden className="overflow-hidden rounded border border-line bg-surface">
      <div className="h-9 bg-sunken" />
      {Array.from({ length: rows }, (_, index) => `row ${index}`).map((row) => (
        <div key={row} className="flex h-[45px] items-center justify-between gap-6 px-3">
          {cells.map((cell) => (
            <Skeleton key={cell} className="h-4 w-16" />
          ))}
        </div>
      ))}
    </div>
  );
}
