"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import { useMutation } from "@tanstack/react-query";
import { useLocale, useTranslations } from "next-intl";
import { useId } from "react";
import { useForm } from "react-hook-form";
import { Button } from "@/components/button";
import { ErrorNotice } from "@/components/error-notice";
import { SelectField } from "@/components/select-field";
import { Sheet } from "@/components/sheet";
import { TextField } from "@/components/text-field";
import { type AccountLocale, accountLocales } from "@/protocol/operator-accounts";
import { createProviderAccountInput } from "@/protocol/provider-site";
import { useTRPC } from "@/trpc/client";
import { refusalOf } from "@/trpc/refusal";
import { useDone } from "./use-done";

/** Invites somebody to run the service too. */
export function NewAccountSheet({ onClose }: { onClose: () => void }) {
  const t = useTranslations("provider.accounts");
  const form = useTranslations("provider.companies.form");
  const common = useTranslations("common");
  const formId = useId();
  const trpc = useTRPC();
  const done = useDone();
  const mailLocale: AccountLocale = useLocale() === "ja" ? "ja" : "en";
  const {
    register,
    handleSubmit,
    formState: { errors },
  } = useForm({
    resolver: zodResolver(createProviderAccountInput),
    defaultValues: { name: "", code: "", email: "", locale: mailLocale },
  });
  const invite = useMutation(
    trpc.provider.accounts.invite.mutationOptions({
      onSuccess: (_result, { email }) => {
        done(t("invited", { email }));
        onClose();
      },
    }),
  );
  const send = handleSubmit((values) => invite.mutate(values));
  return (
    <Sheet
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={t("inviteTitle")}
      description={t("inviteDescription")}
      footer={
        <>
          <Button onClick={onClose}>{common("cancel")}</Button>
          <Button variant="primary" type="submit" form={formId} busy={invite.isPending}>
            {t("sendInvitation")}
          </Button>
        </>
      }
    >
      <form id={formId} noValidate onSubmit={(event) => void send(event)}>
        {invite.isError && <ErrorNotice {...refusalOf(invite.error)} className="mb-4" />}
        <TextField
          label={t("name")}
          maxLength={80}
          error={errors.name && form("nameError")}
          {...register("name")}
        />
        <TextField
          label={t("code")}
          hint={form("administratorCodeHint")}
          maxLength={40}
          autoCapitalize="none"
          autoComplete="off"
          spellCheck={false}
          error={errors.code && form("codeError")}
          {...register("code")}
        />
        <TextField
          label={t("email")}
          type="email"
          autoComplete="off"
          error={errors.email && form("emailError")}
          {...register("email")}
        />
        <SelectField
          label={form("language")}
          options={accountLocales.map((value) => ({ value, label: form(`languages.${value}`) }))}
          {...register("locale")}
        />
      </form>
    </Sheet>
  );
}
