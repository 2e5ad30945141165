"use client";

import { useTranslations } from "next-intl";
import type { UseFormReturn } from "react-hook-form";
import { CheckField } from "@/components/check-field";
import { SelectField } from "@/components/select-field";
import { TextareaField } from "@/components/textarea-field";
import { type PlanFeature, type PolicyView, planFeatures, policyLimits } from "@/protocol/company-policy";
import {
  receptionChoices,
  retentionChoices,
  sessionRetentionChoices,
  useDurationOptions,
} from "./duration-choices";
import type { PolicyForm } from "./policy-form";
import { Section } from "./section";

interface SectionProps {
  form: UseFormReturn<PolicyForm>;
  stored: PolicyForm;
}

const asNumber = { valueAsNumber: true } as const;

const fieldOf = {
  control: "allowControl",
  files: "allowFiles",
  clipboard: "allowClipboard",
  recording: "allowRecording",
} as const satisfies Record<PlanFeature, keyof PolicyForm>;

/** How long a number works. */
export function ReceptionSection({ form, stored }: SectionProps) {
  const t = useTranslations("policies.reception");
  const choose = useDurationOptions();
  return (
    <Section title={t("title")} description={t("description")}>
      <SelectField
        label={t("ttl")}
        hint={t("ttlHint")}
        options={choose.minutes(receptionChoices, stored.receptionTtlMinutes)}
        {...form.register("receptionTtlMinutes", asNumber)}
      />
    </Section>
  );
}

/** What customers may be asked for, and what they and operators read. */
export function SessionsSection({ form, plan }: Pick<SectionProps, "form"> & { plan: PolicyView["plan"] }) {
  const t = useTranslations("policies.sessions");
  const {
    register,
    setValue,
    watch,
    formState: { errors },
  } = form;
  const { max, maxLength } = { ...policyLimits.sessionCategories };
  return (
    <Section title={t("title")} description={t("description")}>
      <fieldset>
        <legend className="mb-2 font-semibold text-15">{t("features")}</legend>
        <div className="space-y-3 pb-4">
          {planFeatures.map((feature) => {
            const field = fieldOf[feature];
            return (
              <CheckField
                key={feature}
                label={t(feature)}
                hint={plan[feature] ? t(`${feature}Hint`) : t("notInPlan")}
                // Not registered: what the plan lacks is shown as off, and stays as it is stored.
                checked={plan[feature] && watch(field)}
                disabled={!plan[feature]}
                onChange={({ target }) => setValue(field, target.checked, { shouldDirty: true })}
              />
            );
          })}
        </div>
      </fieldset>
      <CheckField
        label={t("autoAccept")}
        hint={t("autoAcceptHint")}
        className="pb-6"
        {...register("autoAccept")}
      />
      <TextareaField
        label={t("consent")}
        hint={t("consentHint", { max: policyLimits.consentText.maxLength })}
        error={errors.consentText?.message}
        {...register("consentText")}
      />
      <TextareaField
        label={t("categories")}
        hint={t("categoriesHint", { max, length: maxLength })}
        rows={5}
        error={errors.sessionCategories?.message}
        {...register("sessionCategories")}
      />
    </Section>
  );
}

/** How long the logs are kept. */
export function RetentionSection({ form, stored }: SectionProps) {
  const t = useTranslations("policies.retention");
  const choose = useDurationOptions();
  return (
    <Section title={t("title")} description={t("description")}>
      <div className="grid gap-x-4 sm:grid-cols-2">
        <SelectField
          label={t("sessions")}
          hint={t("sessionsHint")}
          options={choose.days(sessionRetentionChoices, stored.sessionRetentionDays)}
          {...form.register("sessionRetentionDays", asNumber)}
        />
        <SelectField
          label={t("audit")}
          hint={t("auditHint")}
          options={choose.days(retentionChoices, stored.auditRetentionDays)}
          {...form.register("auditRetentionDays", asNumber)}
        />
      </div>
    </Section>
  );
}
