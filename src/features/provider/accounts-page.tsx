"use client";

import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Badge, type Tone } from "@/components/badge";
import { Button } from "@/components/button";
import { type DataColumn, DataTable } from "@/components/data-table";
import { PageHeading } from "@/components/page-heading";
import { Skeleton } from "@/components/skeleton";
import { RelativeTime } from "@/components/time";
import type { ProviderAccountRow } from "@/protocol/provider-site";
import { useTRPC } from "@/trpc/client";
import { AccountSheet } from "./account-sheet";
import { NewAccountSheet } from "./new-account-sheet";
import { ReadFailure } from "./read-failure";

const stateTones: Readonly<Record<ProviderAccountRow["state"], Tone>> = {
  active: "good",
  invited: "accent",
  locked: "warn",
  disabled: "neutral",
};

/** The accounts of the people who run the service. */
export function AccountsPage() {
  const t = useTranslations("provider.accounts");
  const trpc = useTRPC();
  const accounts = useQuery(trpc.provider.accounts.list.queryOptions({}, { staleTime: 0 }));
  const [inviting, setInviting] = useState(false);
  const [openedId, setOpenedId] = useState<string | null>(null);
  const { data } = accounts;
  const opened = data?.find((account) => account.providerAccountId === openedId);
  const columns: readonly DataColumn<ProviderAccountRow>[] = [
    {
      id: "name",
      header: t("name"),
      phone: "title",
      cell: (account) => (account.own ? t("you", { name: account.name }) : account.name),
    },
    { id: "code", header: t("code"), cell: (account) => account.code },
    {
      id: "state",
      header: t("state"),
      cell: (account) => <Badge tone={stateTones[account.state]}>{t(`states.${account.state}`)}</Badge>,
    },
    {
      id: "secondFactor",
      header: t("secondFactor"),
      cell: (account) => t(account.secondFactor ? "secondFactorOn" : "secondFactorOff"),
    },
    { id: "email", header: t("email"), hideable: true, cell: (account) => account.email ?? "–" },
    {
      id: "lastSignIn",
      header: t("lastSignIn"),
      cell: (account) =>
        account.lastSignInAt ? (
          <RelativeTime at={account.lastSignInAt} className="whitespace-nowrap" />
        ) : (
          t("never")
        ),
    },
  ];
  return (
    <>
      <PageHeading
        title={t("title")}
        description={t("description")}
        actions={
          <Button variant="primary" onClick={() => setInviting(true)}>
            <Plus aria-hidden className="size-4" />
            {t("invite")}
          </Button>
        }
      />
      {data ? (
        <DataTable
          label={t("title")}
          columns={columns}
          rows={data}
          rowKey={(account) => account.providerAccountId}
          onOpenRow={(account) => setOpenedId(account.providerAccountId)}
        />
      ) : accounts.isError ? (
        <ReadFailure
          error={accounts.error}
          busy={accounts.isFetching}
          onRetry={() => void accounts.refetch()}
        />
      ) : (
        <Skeleton className="h-40 rounded" />
      )}
      {inviting && <NewAccountSheet onClose={() => setInviting(false)} />}
      {opened && (
        <AccountSheet key={opened.providerAccountId} account={opened} onClose={() => setOpenedId(null)} />
      )}
    </>
  );
}
