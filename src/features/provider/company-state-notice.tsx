"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import { useMutation } from "@tanstack/react-query";
import { useFormatter, useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { useForm } from "react-hook-form";
import { z } from "zod";
import { Button } from "@/components/button";
import { ErrorNotice } from "@/components/error-notice";
import { TextField } from "@/components/text-field";
import { operatorEmailSchema } from "@/protocol/operator-accounts";
import type { CompanyDetail } from "@/protocol/provider-site";
import { useTRPC } from "@/trpc/client";
import { refusalOf } from "@/trpc/refusal";
import { useDone } from "./use-done";

/** What is special about a company at the moment, and what to do about it; nothing for one that simply works. */
export function CompanyStateNotice({ company }: { company: CompanyDetail }) {
  const t = useTranslations("provider.companies");
  const format = useFormatter();
  const moment = (at: Date | null) =>
    at === null ? "–" : format.dateTime(at, { dateStyle: "medium", timeStyle: "short" });
  if (company.state === "deleted") {
    return <Panel title={t("deletedTitle", { at: moment(company.deletedAt) })}>{t("deletedDetail")}</Panel>;
  }
  if (company.state === "closed") return <ClosedNotice company={company} moment={moment} />;
  if (company.state === "suspended") {
    return (
      <Panel tone="warn" title={t("suspendedTitle", { at: moment(company.suspendedAt) })}>
        {t("suspendedReason", { reason: company.suspendReason ?? "" })}
      </Panel>
    );
  }
  return company.awaitsFirstAdministrator ? <InvitationNotice company={company} moment={moment} /> : null;
}

function ClosedNotice({ company, moment }: { company: CompanyDetail; moment: (at: Date | null) => string }) {
  const t = useTranslations("provider.companies");
  const trpc = useTRPC();
  const done = useDone();
  const send = useMutation(
    trpc.provider.companies.sendExportAgain.mutationOptions({
      onSuccess: ({ exportRecipients }) => done(t("exportSent", { count: exportRecipients })),
    }),
  );
  return (
    <Panel title={t("closedTitle", { at: moment(company.closedAt) })}>
      <p>{t("closedDetail", { until: moment(company.deleteAfter) })}</p>
      <p className="mt-2">
        {company.exportedAt
          ? t("exported", { at: moment(company.exportedAt) })
          : company.exportRecipients > 0
            ? t("notExported", { count: company.exportRecipients })
            : t("noRecipients")}
      </p>
      {send.isError && <ErrorNotice {...refusalOf(send.error)} className="mt-3" />}
      {company.exportRecipients > 0 && (
        <Button
          size="small"
          className="mt-3"
          busy={send.isPending}
          onClick={() => send.mutate({ companyId: company.companyId })}
        >
          {t("sendExportAgain")}
        </Button>
      )}
    </Panel>
  );
}

const invitationForm = z.object({ email: z.union([z.literal(""), operatorEmailSchema]) });

function InvitationNotice({
  company,
  moment,
}: {
  company: CompanyDetail;
  moment: (at: Date | null) => string;
}) {
  const t = useTranslations("provider.companies");
  const trpc = useTRPC();
  const done = useDone();
  const {
    register,
    handleSubmit,
    reset,
    formState: { errors },
  } = useForm({ resolver: zodResolver(invitationForm), defaultValues: { email: "" } });
  const invite = useMutation(
    trpc.provider.companies.inviteAdministrator.mutationOptions({
      onSuccess: () => {
        reset();
        done(t("invitedAgain"));
      },
    }),
  );
  const send = handleSubmit(({ email }) =>
    invite.mutate({ companyId: company.companyId, email: email === "" ? null : email }),
  );
  return (
    <Panel tone="accent" title={t("invitedTitle")}>
      <p>
        {company.invitationUntil
          ? t("invitedUntil", { until: moment(company.invitationUntil) })
          : t("invitationOver")}
      </p>
      <form noValidate className="mt-3" onSubmit={(event) => void send(event)}>
        <TextField
          label={t("otherEmail")}
          hint={t("otherEmailHint")}
          type="email"
          autoComplete="off"
          error={errors.email && t("form.emailError")}
          {...register("email")}
        />
        {invite.isError && <ErrorNotice {...refusalOf(invite.error)} className="mb-3" />}
        <Button type="submit" size="small" busy={invite.isPending}>
          {t("inviteAgain")}
        </Button>
      </form>
    </Panel>
  );
}

function Panel({
  tone = "neutral",
  title,
  children,
}: {
  tone?: "neutral" | "warn" | "accent";
  title: string;
  children: ReactNode;
}) {
  const ground = { neutral: "bg-sunken", warn: "bg-warn-soft", accent: "bg-accent-soft" }[tone];
  return (
    <section className={`rounded p-4 text-15 ${ground}`}>
      <h3 className="font-semibold">{title}</h3>
      <div className="mt-1">{children}</div>
    </section>
  );
}
