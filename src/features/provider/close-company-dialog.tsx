"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import { useMutation } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useForm, useWatch } from "react-hook-form";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { ErrorNotice } from "@/components/error-notice";
import { NumberField } from "@/components/number-field";
import { TextField } from "@/components/text-field";
import { type CompanyDetail, closeCompanyInput, DELETE_AFTER_DAYS } from "@/protocol/provider-site";
import { useTRPC } from "@/trpc/client";
import { refusalOf } from "@/trpc/refusal";
import { useDone } from "./use-done";

/** The act that cannot be undone: the company's code is typed once more. */
export function CloseCompanyDialog({ company, onClose }: { company: CompanyDetail; onClose: () => void }) {
  const t = useTranslations("provider.companies.close");
  const trpc = useTRPC();
  const done = useDone();
  const {
    register,
    control,
    handleSubmit,
    formState: { errors },
  } = useForm({
    resolver: zodResolver(closeCompanyInput),
    defaultValues: {
      companyId: company.companyId,
      confirmation: "",
      deleteAfterDays: DELETE_AFTER_DAYS.default,
    },
  });
  const typed = useWatch({ control, name: "confirmation" });
  const close = useMutation(
    trpc.provider.companies.close.mutationOptions({
      onSuccess: ({ exportRecipients }) => {
        done(t("done", { name: company.name, count: exportRecipients }));
        onClose();
      },
    }),
  );
  const send = handleSubmit((values) => close.mutate(values));
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={t("title", { name: company.name })}
      description={t("description", { count: company.openSessions })}
      confirmLabel={t("confirm")}
      busy={close.isPending}
      disabled={typed.trim().toLowerCase() !== company.code}
      onConfirm={() => void send()}
    >
      {close.isError && <ErrorNotice {...refusalOf(close.error)} className="mb-4" />}
      <p
        className={`mb-4 rounded p-3 text-15 ${company.exportRecipients > 0 ? "bg-sunken" : "bg-warn-soft"}`}
      >
        {company.exportRecipients > 0
          ? t("recipients", { count: company.exportRecipients })
          : t("noRecipients")}
      </p>
      <NumberField
        label={t("deleteAfter")}
        hint={t("deleteAfterHint", DELETE_AFTER_DAYS)}
        unit={t("days")}
        min={DELETE_AFTER_DAYS.min}
        max={DELETE_AFTER_DAYS.max}
        error={errors.deleteAfterDays && t("deleteAfterHint", DELETE_AFTER_DAYS)}
        {...register("deleteAfterDays", { valueAsNumber: true })}
      />
      <TextField
        label={t("confirmation", { code: company.code })}
        autoCapitalize="none"
        autoComplete="off"
        spellCheck={false}
        {...register("confirmation")}
      />
    </ConfirmDialog>
  );
}
