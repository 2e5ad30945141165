"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useId } from "react";
import { useForm } from "react-hook-form";
import { Button } from "@/components/button";
import { ErrorNotice } from "@/components/error-notice";
import { Sheet } from "@/components/sheet";
import { TextField } from "@/components/text-field";
import { type CompanyDetail, type UpdateCompanyInput, updateCompanyInput } from "@/protocol/provider-site";
import { useTRPC } from "@/trpc/client";
import { refusalOf } from "@/trpc/refusal";
import { PlanFields } from "./plan-fields";
import { useDone } from "./use-done";

/** Changes a company's name and plan. */
export function EditCompanySheet({ company, onClose }: { company: CompanyDetail; onClose: () => void }) {
  const t = useTranslations("provider.companies.form");
  const common = useTranslations("common");
  const formId = useId();
  const trpc = useTRPC();
  const done = useDone();
  const cache = useQueryClient();
  const { name, region } = company;
  const {
    register,
    handleSubmit,
    reset,
    formState: { errors },
  } = useForm({
    resolver: zodResolver(updateCompanyInput),
    defaultValues: valuesOf(company),
  });
  const update = useMutation(
    trpc.provider.companies.update.mutationOptions({
      onSuccess: () => {
        done(t("saved"));
        onClose();
      },
    }),
  );
  const loadAgain = useMutation({
    mutationFn: () =>
      cache.fetchQuery({
        ...trpc.provider.companies.get.queryOptions({ companyId: company.companyId }),
        staleTime: 0,
      }),
    onSuccess: (fresh) => {
      reset(valuesOf(fresh));
      update.reset();
    },
  });
  const refusal = update.isError ? refusalOf(update.error) : null;
  // That it could not be read again is the newer of the two; pressing again is still the way out.
  const told = refusal && loadAgain.isError ? refusalOf(loadAgain.error) : refusal;
  const send = handleSubmit((values) => update.mutate(values));
  return (
    <Sheet
      open
      wide
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={t("editTitle", { name })}
      description={t("seatsNow", { used: company.seatsUsed })}
      footer={
        <>
          <Button onClick={onClose}>{common("cancel")}</Button>
          <Button variant="primary" type="submit" form={formId} busy={update.isPending}>
            {t("save")}
          </Button>
        </>
      }
    >
      <form id={formId} noValidate className="space-y-6" onSubmit={(event) => void send(event)}>
        {told && (
          <ErrorNotice
            {...told}
            action={
              refusal?.code === "CHANGED_MEANWHILE" && (
                <Button busy={loadAgain.isPending} onClick={() => loadAgain.mutate()}>
                  {t("reload")}
                </Button>
              )
            }
          />
        )}
        <TextField
          label={t("name")}
          hint={t("nameHint")}
          maxLength={80}
          error={errors.name && t("nameError")}
          {...register("name")}
        />
        <PlanFields register={register} errors={errors} region={region} />
      </form>
    </Sheet>
  );
}

/** The form's values, with what they were when they were read. */
function valuesOf({ companyId, name, region, plan }: CompanyDetail): UpdateCompanyInput {
  return { companyId, name, region, plan, seen: { name, region, plan } };
}
