"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useLocale, useTranslations } from "next-intl";
import { useId } from "react";
import { useForm } from "react-hook-form";
import { Button } from "@/components/button";
import { ErrorNotice } from "@/components/error-notice";
import { SelectField } from "@/components/select-field";
import { Sheet } from "@/components/sheet";
import { TextField } from "@/components/text-field";
import { type AccountLocale, accountLocales } from "@/protocol/operator-accounts";
import { type CreateCompanyInput, createCompanyInput } from "@/protocol/provider-site";
import { useTRPC } from "@/trpc/client";
import { refusalOf } from "@/trpc/refusal";
import { PlanFields } from "./plan-fields";
import { useDone } from "./use-done";

const DEFAULT_PLAN = {
  seats: 10,
  maxSimultaneousSessions: 10,
  features: { control: true, files: true, clipboard: true, recording: false },
};

/** Opens a company: its contract, and who gets the first invitation. */
export function NewCompanySheet({ onClose }: { onClose: () => void }) {
  const t = useTranslations("provider.companies.form");
  const common = useTranslations("common");
  const formId = useId();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const done = useDone();
  const mailLocale: AccountLocale = useLocale() === "ja" ? "ja" : "en";
  const {
    register,
    handleSubmit,
    getValues,
    getFieldState,
    setValue,
    formState,
    formState: { errors },
  } = useForm({
    resolver: zodResolver(createCompanyInput),
    defaultValues: {
      name: "",
      code: "",
      region: "default",
      plan: DEFAULT_PLAN,
      administrator: { name: "", code: "admin", email: "", locale: mailLocale },
    },
  });
  const create = useMutation(
    trpc.provider.companies.create.mutationOptions({
      onSuccess: (_result, input) => {
        done(t("created", { name: input.name, email: input.administrator.email }));
        onClose();
      },
    }),
  );
  const suggest = async () => {
    const name = getValues("name").trim();
    if (name === "" || getFieldState("code", formState).isDirty) return;
    const { code } = await queryClient.fetchQuery(trpc.provider.companies.suggestCode.queryOptions({ name }));
    if (!getFieldState("code", formState).isDirty) setValue("code", code, { shouldValidate: true });
  };
  const send = handleSubmit((values) => create.mutate(values satisfies CreateCompanyInput));
  const nameField = register("name");
  return (
    <Sheet
      open
      wide
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={t("createTitle")}
      description={t("createDescription")}
      footer={
        <>
          <Button onClick={onClose}>{common("cancel")}</Button>
          <Button variant="primary" type="submit" form={formId} busy={create.isPending}>
            {t("create")}
          </Button>
        </>
      }
    >
      <form id={formId} noValidate className="space-y-6" onSubmit={(event) => void send(event)}>
        {create.isError && <ErrorNotice {...refusalOf(create.error)} />}
        <fieldset>
          <legend className="mb-3 font-semibold text-18">{t("company")}</legend>
          <div className="grid gap-x-4 sm:grid-cols-2">
            <TextField
              label={t("name")}
              hint={t("nameHint")}
              maxLength={80}
              error={errors.name && t("nameError")}
              {...nameField}
              onBlur={(event) => {
                void nameField.onBlur(event);
                // Without a suggestion the code is simply typed.
                suggest().catch(() => undefined);
              }}
            />
            <TextField
              label={t("code")}
              hint={t("codeHint")}
              maxLength={40}
              autoCapitalize="none"
              spellCheck={false}
              error={errors.code && t("codeError")}
              {...register("code")}
            />
          </div>
        </fieldset>
        <PlanFields register={register} errors={errors} region="default" />
        <fieldset>
          <legend className="mb-1 font-semibold text-18">{t("administrator")}</legend>
          <p className="mb-3 text-15 text-ink-muted">{t("administratorHint")}</p>
          <div className="grid gap-x-4 sm:grid-cols-2">
            <TextField
              label={t("administratorName")}
              maxLength={80}
              autoComplete="off"
              error={errors.administrator?.name && t("nameError")}
              {...register("administrator.name")}
            />
            <TextField
              label={t("administratorCode")}
              maxLength={40}
              autoCapitalize="none"
              autoComplete="off"
              spellCheck={false}
              error={errors.administrator?.code && t("codeError")}
              {...register("administrator.code")}
            />
            <TextField
              label={t("email")}
              type="email"
              autoComplete="off"
              error={errors.administrator?.email && t("emailError")}
              {...register("administrator.email")}
            />
            <SelectField
              label={t("language")}
              options={accountLocales.map((value) => ({ value, label: t(`languages.${value}`) }))}
              {...register("administrator.locale")}
            />
          </div>
        </fieldset>
      </form>
    </Sheet>
  );
}
