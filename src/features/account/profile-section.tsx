"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import { useMutation } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useEffect } from "react";
import { useForm } from "react-hook-form";
import { z } from "zod";
import { Button } from "@/components/button";
import { ErrorNotice } from "@/components/error-notice";
import { useNotices } from "@/components/notices";
import { PasswordField } from "@/components/password-field";
import { SelectField } from "@/components/select-field";
import { TextField } from "@/components/text-field";
import { useTRPC } from "@/trpc/client";
import { refusalOf } from "@/trpc/refusal";
import type { OwnAccount } from "./own-account";
import { Section } from "./section";
import { useAccountRefresh } from "./use-account-refresh";

const MAX_NAME_LENGTH = 100;

const languages = [
  { value: "ja", label: "日本語" },
  { value: "en", label: "English" },
];

const formSchema = z.object({
  name: z.string().trim().min(1).max(MAX_NAME_LENGTH),
  email: z.union([z.literal(""), z.email()]),
  locale: z.enum(["ja", "en"]),
  currentPassword: z.string(),
});
type Form = z.infer<typeof formSchema>;

/** Name, e-mail address and its language. A new address takes the password, for it can be used to get a new one. */
export function ProfileSection({ account }: { account: OwnAccount }) {
  const t = useTranslations("account.profile");
  const words = useTranslations("account");
  const common = useTranslations("common");
  const errorWords = useTranslations("errors");
  const { notify } = useNotices();
  const refresh = useAccountRefresh();
  const {
    register,
    handleSubmit,
    reset,
    watch,
    setError,
    setFocus,
    formState: { errors, isDirty },
  } = useForm<Form>({ resolver: zodResolver(formSchema), defaultValues: toForm(account) });
  const { name, email, locale } = account;
  useEffect(() => {
    // What another tab has saved is shown, except over something that is just being typed.
    if (!isDirty) reset(toForm({ name, email, locale }));
  }, [name, email, locale, isDirty, reset]);
  const emailChanges = watch("email").trim() !== (account.email ?? "");
  const save = useMutation(
    useTRPC().account.setProfile.mutationOptions({
      onSuccess: async (_answer, saved) => {
        reset(toForm(saved));
        notify(t("saved"));
        await refresh();
      },
      onError: (error) => {
        if (refusalOf(error).code !== "PASSWORD_WRONG") return;
        setError("currentPassword", { message: errorWords("PASSWORD_WRONG.what") });
        setFocus("currentPassword", { shouldSelect: true });
      },
    }),
  );
  const submit = handleSubmit((form) => {
    if (emailChanges && form.currentPassword === "") {
      setError("currentPassword", { message: common("required") });
      setFocus("currentPassword");
      return;
    }
    save.mutate({
      name: form.name,
      email: form.email === "" ? null : form.email,
      locale: form.locale,
      ...(emailChanges && { currentPassword: form.currentPassword }),
    });
  });
  const refusal = save.isError ? refusalOf(save.error) : null;
  return (
    <Section
      heading={t("heading")}
      detail={
        account.companyName === null ? account.code : `${account.companyName} · ${t("id")} ${account.code}`
      }
    >
      <form method="post" onSubmit={(event) => void submit(event)} noValidate className="px-5 pb-5 sm:px-6">
        {refusal && refusal.code !== "PASSWORD_WRONG" && <ErrorNotice {...refusal} className="mb-5" />}
        <div className="grid gap-x-6 sm:grid-cols-2">
          <TextField
            label={t("name")}
            autoComplete="name"
            hint={t(account.kind === "provider" ? "nameHintProvider" : "nameHint")}
            error={
              errors.name &&
              (errors.name.type === "too_big"
                ? t("nameTooLong", { max: MAX_NAME_LENGTH })
                : common("required"))
            }
            {...register("name")}
          />
          <TextField
            label={t("email")}
            type="email"
            autoComplete="email"
            spellCheck={false}
            hint={t(account.email === null && !emailChanges ? "emailMissing" : "emailHint")}
            error={errors.email && t("emailWrong")}
            {...register("email", { setValueAs: (typed: string) => typed.trim() })}
          />
          <SelectField label={t("locale")} options={languages} {...register("locale")} />
          {emailChanges && (
            <PasswordField
              label={words("currentPassword")}
              autoComplete="current-password"
              hint={t("emailNeedsPassword")}
              error={errors.currentPassword?.message}
              {...register("currentPassword")}
            />
          )}
        </div>
        <Button type="submit" variant="primary" busy={save.isPending} disabled={!isDirty} className="mt-1">
          {words("save")}
        </Button>
      </form>
    </Section>
  );
}

function toForm({ name, email, locale }: Pick<OwnAccount, "name" | "email" | "locale">): Form {
  return { name, email: email ?? "", locale, currentPassword: "" };
}
