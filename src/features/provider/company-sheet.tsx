"use client";

import { useMutation, useQuery } from "@tanstack/react-query";
import { CirclePause, CirclePlay, CircleX, Ellipsis, Pencil } from "lucide-react";
import { useFormatter, useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/components/button";
import { ErrorNotice } from "@/components/error-notice";
import { Menu, MenuItem } from "@/components/menu";
import { Sheet } from "@/components/sheet";
import { Skeleton } from "@/components/skeleton";
import { type CompanyDetail, planFeatures } from "@/protocol/provider-site";
import { useTRPC } from "@/trpc/client";
import { refusalOf } from "@/trpc/refusal";
import { CloseCompanyDialog } from "./close-company-dialog";
import { CompanyStateBadge } from "./company-state-badge";
import { CompanyStateNotice } from "./company-state-notice";
import { EditCompanySheet } from "./edit-company-sheet";
import { Facts } from "./facts";
import { ReadFailure } from "./read-failure";
import { SuspendCompanyDialog } from "./suspend-company-dialog";
import { useDone } from "./use-done";

/** One company: its contract, counts, state, and what can be done with it. */
export function CompanySheet({ companyId, onClose }: { companyId: string; onClose: () => void }) {
  const trpc = useTRPC();
  const company = useQuery(trpc.provider.companies.get.queryOptions({ companyId }, { staleTime: 0 }));
  const [act, setAct] = useState<"none" | "edit" | "suspend" | "close">("none");
  const t = useTranslations("provider.companies");
  const { data } = company;
  const endAct = () => setAct("none");
  if (data && act === "edit") return <EditCompanySheet company={data} onClose={endAct} />;
  return (
    <>
      <Sheet
        open
        wide
        onOpenChange={(open) => {
          if (!open) onClose();
        }}
        title={data?.name ?? t("title")}
        description={
          data && (
            <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
              <CompanyStateBadge state={data.state} />
              <span>{t("codeIs", { code: data.code })}</span>
            </span>
          )
        }
        footer={data && <SheetActs company={data} onAct={setAct} />}
      >
        {data ? (
          <SheetBody company={data} />
        ) : company.isError ? (
          <ReadFailure
            error={company.error}
            busy={company.isFetching}
            onRetry={() => void company.refetch()}
          />
        ) : (
          <div className="space-y-6">
            <Skeleton className="h-48" />
            <Skeleton className="h-48" />
          </div>
        )}
      </Sheet>
      {data && act === "suspend" && <SuspendCompanyDialog company={data} onClose={endAct} />}
      {data && act === "close" && <CloseCompanyDialog company={data} onClose={endAct} />}
    </>
  );
}

function SheetBody({ company }: { company: CompanyDetail }) {
  const t = useTranslations("provider.companies");
  const format = useFormatter();
  const { plan } = company;
  const features = planFeatures.filter((feature) => plan.features[feature]);
  const moment = (at: Date) => format.dateTime(at, { dateStyle: "medium", timeStyle: "short" });
  return (
    <div className="space-y-8">
      <CompanyStateNotice company={company} />
      <Facts
        heading={t("usage")}
        facts={[
          [t("seats"), t("usedOf", { used: company.seatsUsed, total: plan.seats })],
          [
            t("openSessions"),
            t("usedOf", { used: company.openSessions, total: plan.maxSimultaneousSessions }),
          ],
          [t("recentSessions"), format.number(company.recentSessions)],
          [t("recentMinutes"), format.number(company.recentMinutes)],
        ]}
      />
      <Facts
        heading={t("form.plan")}
        facts={[
          [t("form.seats"), format.number(plan.seats)],
          [t("form.sessions"), format.number(plan.maxSimultaneousSessions)],
          [t("region"), company.region],
          [
            t("form.features"),
            features.length === 0
              ? t("noFeatures")
              : format.list(
                  features.map((feature) => t(`form.feature.${feature}`)),
                  { type: "conjunction" },
                ),
          ],
          [t("createdAt"), moment(company.createdAt)],
        ]}
      />
    </div>
  );
}

function SheetActs({
  company,
  onAct,
}: {
  company: CompanyDetail;
  onAct: (act: "edit" | "suspend" | "close") => void;
}) {
  const t = useTranslations("provider.companies");
  const trpc = useTRPC();
  const done = useDone();
  const resume = useMutation(
    trpc.provider.companies.resume.mutationOptions({
      onSuccess: () => done(t("resumed", { name: company.name })),
    }),
  );
  if (company.state === "closed" || company.state === "deleted") return undefined;
  return (
    <>
      {resume.isError && <ErrorNotice {...refusalOf(resume.error)} className="w-full" />}
      <Menu
        trigger={
          <Button variant="quiet" square aria-label={t("more")} className="mr-auto">
            <Ellipsis aria-hidden className="size-4" />
          </Button>
        }
        align="start"
      >
        <MenuItem
          tone="stop"
          icon={<CircleX aria-hidden className="size-4" />}
          onSelect={() => onAct("close")}
        >
          {t("closeAct")}
        </MenuItem>
      </Menu>
      {company.state === "active" ? (
        <Button onClick={() => onAct("suspend")}>
          <CirclePause aria-hidden className="size-4" />
          {t("suspendAct")}
        </Button>
      ) : (
        <Button busy={resume.isPending} onClick={() => resume.mutate({ companyId: company.companyId })}>
          <CirclePlay aria-hidden className="size-4" />
          {t("resumeAct")}
        </Button>
      )}
      <Button variant="primary" onClick={() => onAct("edit")}>
        <Pencil aria-hidden className="size-4" />
        {t("editAct")}
      </Button>
    </>
  );
}
