"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import type { FieldErrors, FieldPath, UseFormRegister } from "react-hook-form";
import { CheckField } from "@/components/check-field";
import { NumberField } from "@/components/number-field";
import { SelectField } from "@/components/select-field";
import { type CompanyPlan, PLAN_MAX, planFeatures } from "@/protocol/provider-site";
import { useTRPC } from "@/trpc/client";

interface PlanForm {
  region: string;
  plan: CompanyPlan;
}

/** The regions that relays stand in, the default one and the company's own, which may have no relay at the moment. */
function useRegions(current: string): string[] {
  const trpc = useTRPC();
  const { data = [] } = useQuery(trpc.provider.relays.queryOptions({}));
  return [...new Set(["default", current, ...data.map(({ region }) => region)])].sort();
}

/** What a company pays for, as fields of the form that creates it and the one that changes it. */
export function PlanFields<Form extends PlanForm>({
  register,
  errors,
  region,
}: {
  register: UseFormRegister<Form>;
  errors: FieldErrors<PlanForm>;
  region: string;
}) {
  const t = useTranslations("provider.companies.form");
  const regions = useRegions(region);
  // The paths of PlanForm are paths of every form that extends it, which TypeScript cannot derive for a type parameter.
  const field = (path: FieldPath<PlanForm>, options?: { valueAsNumber: true }) =>
    register(path as FieldPath<Form>, options);
  return (
    <fieldset>
      <legend className="mb-3 font-semibold text-18">{t("plan")}</legend>
      <div className="grid gap-x-4 sm:grid-cols-2">
        <NumberField
          label={t("seats")}
          hint={t("seatsHint")}
          min={1}
          max={PLAN_MAX}
          error={errors.plan?.seats && t("numberError", { max: PLAN_MAX })}
          {...field("plan.seats", { valueAsNumber: true })}
        />
        <NumberField
          label={t("sessions")}
          hint={t("sessionsHint")}
          min={1}
          max={PLAN_MAX}
          error={errors.plan?.maxSimultaneousSessions && t("numberError", { max: PLAN_MAX })}
          {...field("plan.maxSimultaneousSessions", { valueAsNumber: true })}
        />
      </div>
      <SelectField
        label={t("region")}
        hint={t("regionHint")}
        options={regions.map((name) => ({ value: name, label: name }))}
        {...field("region")}
      />
      <fieldset className="mt-2">
        <legend className="mb-2 font-semibold text-15">{t("features")}</legend>
        <div className="grid gap-2 sm:grid-cols-2">
          {planFeatures.map((feature) => (
            <CheckField
              key={feature}
              label={t(`feature.${feature}`)}
              {...field(`plan.features.${feature}`)}
            />
          ))}
        </div>
      </fieldset>
    </fieldset>
  );
}
