"use client";

import { useTranslations } from "next-intl";
import { useMemo } from "react";
import { Badge } from "@/components/badge";
import type { DataColumn } from "@/components/data-table";
import { RelativeTime } from "@/components/time";
import type { OperatorRow } from "@/protocol/operator-accounts";
import { OperatorStateWord } from "./operator-state";

/** The list's columns. */
export function useOperatorColumns(): readonly DataColumn<OperatorRow>[] {
  const t = useTranslations("operators");
  return useMemo(
    () => [
      {
        id: "name",
        header: t("columns.name"),
        sortable: true,
        phone: "title",
        cell: (row) => (
          <span className="inline-flex max-w-64 items-center gap-2">
            <span className="truncate">{row.name}</span>
            {row.own && <Badge>{t("you")}</Badge>}
          </span>
        ),
      },
      {
        id: "code",
        header: t("columns.code"),
        sortable: true,
        cell: (row) => <span className="break-all">{row.code}</span>,
      },
      {
        id: "email",
        header: t("columns.email"),
        hideable: true,
        cell: (row) =>
          row.email === null ? (
            <span className="text-ink-muted">{t("noEmail")}</span>
          ) : (
            <span
              className="inline-block max-w-full truncate align-top md:max-w-44 2xl:max-w-64"
              title={row.email}
            >
              {row.email}
            </span>
          ),
      },
      {
        id: "role",
        header: t("columns.role"),
        hideable: true,
        cell: (row) => <span className="whitespace-nowrap">{t(`roles.${row.role}`)}</span>,
      },
      { id: "state", header: t("columns.state"), cell: (row) => <OperatorStateWord state={row.state} /> },
      {
        id: "secondFactor",
        header: t("columns.secondFactor"),
        hideable: true,
        phone: "hidden",
        cell: (row) => (
          <span className={row.secondFactor ? undefined : "text-ink-muted"}>
            {row.secondFactor ? t("secondFactorOn") : t("secondFactorOff")}
          </span>
        ),
      },
      {
        id: "lastSignInAt",
        header: t("columns.lastSignIn"),
        sortable: true,
        hideable: true,
        cell: (row) =>
          row.lastSignInAt ? (
            <RelativeTime at={row.lastSignInAt} className="whitespace-nowrap" />
          ) : (
            <span className="text-ink-muted">{t("neverSignedIn")}</span>
          ),
      },
    ],
    [t],
  );
}
