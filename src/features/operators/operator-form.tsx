"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import { useTranslations } from "next-intl";
import { type UseFormReturn, useForm } from "react-hook-form";
import { z } from "zod";
import { SelectField } from "@/components/select-field";
import { TextField } from "@/components/text-field";
import {
  accountLocaleSchema,
  accountLocales,
  operatorCodeSchema,
  operatorEmailSchema,
  operatorNameSchema,
  operatorRoleSchema,
  operatorRoles,
} from "@/protocol/operator-accounts";

const common = {
  name: operatorNameSchema,
  code: operatorCodeSchema,
  role: operatorRoleSchema,
  locale: accountLocaleSchema,
};
/** An empty field is no address. */
const withoutEmail = z.object({ ...common, email: z.union([z.literal(""), operatorEmailSchema]) });
const withEmail = z.object({ ...common, email: operatorEmailSchema });

export type OperatorForm = z.infer<typeof withEmail>;

/** The fields of an account as a form. */
export function useOperatorForm(defaults: OperatorForm, emailNeeded: boolean): UseFormReturn<OperatorForm> {
  return useForm<OperatorForm>({
    defaultValues: defaults,
    resolver: zodResolver(emailNeeded ? withEmail : withoutEmail),
  });
}

interface OperatorFieldsProps {
  form: UseFormReturn<OperatorForm>;
  emailNeeded: boolean;
  /** The caller's own account: role and address are changed elsewhere. */
  own?: boolean;
}

/** Name, ID, e-mail, role and language. */
export function OperatorFields({ form, emailNeeded, own = false }: OperatorFieldsProps) {
  const t = useTranslations("operators");
  const {
    register,
    watch,
    formState: { errors },
  } = form;
  const role = operatorRoleSchema.catch("operator").parse(watch("role"));
  return (
    <div className="space-y-1">
      <TextField
        label={t("form.name")}
        hint={t("form.nameHint")}
        autoComplete="off"
        error={errors.name && t("form.nameError")}
        {...register("name")}
      />
      <TextField
        label={t("form.code")}
        hint={t("form.codeHint")}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        error={errors.code && t("form.codeError")}
        {...register("code")}
      />
      <TextField
        label={emailNeeded ? t("form.email") : t("form.emailOptional")}
        hint={own ? t("form.emailOwn") : t("form.emailHint")}
        type="email"
        autoComplete="off"
        readOnly={own}
        error={errors.email && t("form.emailError")}
        {...register("email")}
      />
      <SelectField
        label={t("form.role")}
        hint={own ? t("form.roleOwn") : t(`roleHints.${role}`)}
        options={operatorRoles.map((value) => ({
          value,
          label: t(`roles.${value}`),
          // A disabled select would be missing from the form.
          disabled: own && value !== role,
        }))}
        {...register("role")}
      />
      <SelectField
        label={t("form.language")}
        options={accountLocales.map((value) => ({ value, label: t(`languages.${value}`) }))}
        {...register("locale")}
      />
    </div>
  );
}
