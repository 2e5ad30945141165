"use client";

import { useTranslations } from "next-intl";
import type { UseFormReturn } from "react-hook-form";
import { Button } from "@/components/button";
import { CheckField } from "@/components/check-field";
import { NumberField } from "@/components/number-field";
import { SelectField } from "@/components/select-field";
import { TextareaField } from "@/components/textarea-field";
import { policyLimits } from "@/protocol/company-policy";
import {
  absoluteChoices,
  idleChoices,
  lockoutChoices,
  passwordAgeChoices,
  useDurationOptions,
} from "./duration-choices";
import { linesOf, type PolicyForm } from "./policy-form";
import { Section } from "./section";

interface SectionProps {
  form: UseFormReturn<PolicyForm>;
  /** As stored, for choices that are none of the usual ones. */
  stored: PolicyForm;
}

const asNumber = { valueAsNumber: true } as const;

/** Lockout, passwords, second factor, how long a sign-in lasts. */
export function SignInSection({ form, stored }: SectionProps) {
  const t = useTranslations("policies.signIn");
  const units = useTranslations("policies.units");
  const choose = useDurationOptions();
  const {
    register,
    formState: { errors },
  } = form;
  return (
    <Section title={t("title")} description={t("description")}>
      <NumberField
        label={t("lockoutThreshold")}
        hint={t("lockoutThresholdHint")}
        unit={units("tries")}
        {...policyLimits.lockoutThreshold}
        error={errors.lockoutThreshold?.message}
        {...register("lockoutThreshold", asNumber)}
      />
      <SelectField
        label={t("lockoutMinutes")}
        options={choose.minutes(lockoutChoices, stored.lockoutMinutes, t("untilUnlocked"))}
        {...register("lockoutMinutes", asNumber)}
      />
      <SelectField
        label={t("passwordMaxAgeDays")}
        hint={t("passwordHint")}
        options={choose.days(passwordAgeChoices, stored.passwordMaxAgeDays, t("never"))}
        {...register("passwordMaxAgeDays", asNumber)}
      />
      <CheckField
        label={t("mfaRequired")}
        hint={t("mfaRequiredHint")}
        className="pb-6"
        {...register("mfaRequired")}
      />
      <div className="grid gap-x-4 sm:grid-cols-2">
        <SelectField
          label={t("idle")}
          options={choose.minutes(idleChoices, stored.signInIdleMinutes)}
          error={errors.signInIdleMinutes?.message}
          {...register("signInIdleMinutes", asNumber)}
        />
        <SelectField
          label={t("absolute")}
          options={choose.minutes(absoluteChoices, stored.signInAbsoluteMinutes)}
          {...register("signInAbsoluteMinutes", asNumber)}
        />
      </div>
    </Section>
  );
}

/** From where operators may come. */
export function NetworksSection({
  form,
  clientAddress,
}: Pick<SectionProps, "form"> & { clientAddress: string | null }) {
  const t = useTranslations("policies.networks");
  const {
    register,
    getValues,
    setValue,
    formState: { errors },
  } = form;
  const add = () => {
    const lines = linesOf(getValues("allowedNetworks")).map(({ text }) => text);
    if (clientAddress === null || lines.includes(clientAddress)) return;
    setValue("allowedNetworks", [...lines, clientAddress].join("\n"), { shouldDirty: true });
  };
  return (
    <Section title={t("title")} description={t("description")}>
      <TextareaField
        label={t("label")}
        hint={t("hint")}
        rows={4}
        spellCheck={false}
        autoCapitalize="none"
        error={errors.allowedNetworks?.message}
        {...register("allowedNetworks")}
      />
      {clientAddress !== null && (
        <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-15">
          {t("yours", { address: clientAddress })}
          <Button size="small" onClick={add}>
            {t("addYours")}
          </Button>
        </p>
      )}
    </Section>
  );
}
