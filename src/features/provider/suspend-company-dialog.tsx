"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import { useMutation } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useForm } from "react-hook-form";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { ErrorNotice } from "@/components/error-notice";
import { TextareaField } from "@/components/textarea-field";
import { type CompanyDetail, SUSPEND_REASON_MAX_LENGTH, suspendCompanyInput } from "@/protocol/provider-site";
import { useTRPC } from "@/trpc/client";
import { refusalOf } from "@/trpc/refusal";
import { useDone } from "./use-done";

/** Asks why before a company is stopped, and says what stops. */
export function SuspendCompanyDialog({ company, onClose }: { company: CompanyDetail; onClose: () => void }) {
  const t = useTranslations("provider.companies.suspend");
  const trpc = useTRPC();
  const done = useDone();
  const {
    register,
    handleSubmit,
    formState: { errors },
  } = useForm({
    resolver: zodResolver(suspendCompanyInput),
    defaultValues: { companyId: company.companyId, reason: "" },
  });
  const suspend = useMutation(
    trpc.provider.companies.suspend.mutationOptions({
      onSuccess: () => {
        done(t("done", { name: company.name }));
        onClose();
      },
    }),
  );
  const send = handleSubmit((values) => suspend.mutate(values));
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={t("title", { name: company.name })}
      description={t("description", { count: company.openSessions })}
      confirmLabel={t("confirm")}
      busy={suspend.isPending}
      onConfirm={() => void send()}
    >
      {suspend.isError && <ErrorNotice {...refusalOf(suspend.error)} className="mb-4" />}
      <TextareaField
        label={t("reason")}
        hint={t("reasonHint")}
        rows={2}
        maxLength={SUSPEND_REASON_MAX_LENGTH}
        error={errors.reason && t("reasonError", { max: SUSPEND_REASON_MAX_LENGTH })}
        {...register("reason")}
      />
    </ConfirmDialog>
  );
}
