"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import { useMutation } from "@tanstack/react-query";
import { KeyRound, MailPlus, ShieldOff, UserRoundCheck, UserRoundX } from "lucide-react";
import Link from "next/link";
import { useFormatter, useTranslations } from "next-intl";
import { useId, useState } from "react";
import { useForm } from "react-hook-form";
import { z } from "zod";
import { Button } from "@/components/button";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { ErrorNotice } from "@/components/error-notice";
import { SelectField } from "@/components/select-field";
import { Sheet } from "@/components/sheet";
import { TextField } from "@/components/text-field";
import { accountLocales, operatorEmailSchema } from "@/protocol/operator-accounts";
import { type ProviderAccountRow, updateProviderAccountInput } from "@/protocol/provider-site";
import { useTRPC } from "@/trpc/client";
import { refusalOf } from "@/trpc/refusal";
import { useDone } from "./use-done";

type Act = "resendInvitation" | "resetPassword" | "resetMfa" | "disable" | "enable";

const formSchema = updateProviderAccountInput.extend({
  email: z.union([z.literal(""), operatorEmailSchema]),
});

/** One account of the provider's: who it is, and what colleagues can do for it. */
export function AccountSheet({ account, onClose }: { account: ProviderAccountRow; onClose: () => void }) {
  const t = useTranslations("provider.accounts");
  const common = useTranslations("common");
  const form = useTranslations("provider.companies.form");
  const formId = useId();
  const trpc = useTRPC();
  const done = useDone();
  const { providerAccountId, name, email, locale } = account;
  const {
    register,
    handleSubmit,
    formState: { errors },
  } = useForm({
    resolver: zodResolver(formSchema),
    defaultValues: { providerAccountId, name, email: email ?? "", locale },
  });
  const update = useMutation(
    trpc.provider.accounts.update.mutationOptions({
      onSuccess: () => {
        done(t("saved"));
        onClose();
      },
    }),
  );
  const send = handleSubmit((values) =>
    update.mutate({ ...values, email: values.email === "" ? null : values.email }),
  );
  return (
    <Sheet
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={name}
      description={t("codeIs", { code: account.code })}
      footer={
        account.own ? undefined : (
          <>
            <Button onClick={onClose}>{common("cancel")}</Button>
            <Button variant="primary" type="submit" form={formId} busy={update.isPending}>
              {t("save")}
            </Button>
          </>
        )
      }
    >
      {account.own ? (
        <div className="space-y-4 text-15">
          <p>{t("ownDetail")}</p>
          <Button asChild>
            <Link href="/account">{t("ownLink")}</Link>
          </Button>
        </div>
      ) : (
        <>
          <form id={formId} noValidate onSubmit={(event) => void send(event)}>
            {update.isError && <ErrorNotice {...refusalOf(update.error)} className="mb-4" />}
            <TextField
              label={t("name")}
              maxLength={80}
              error={errors.name && form("nameError")}
              {...register("name")}
            />
            <TextField
              label={t("email")}
              hint={t("emailHint")}
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
          <AccountActs account={account} />
        </>
      )}
    </Sheet>
  );
}

const icons = {
  resendInvitation: MailPlus,
  resetPassword: KeyRound,
  resetMfa: ShieldOff,
  disable: UserRoundX,
  enable: UserRoundCheck,
} as const;

function possibleActs({ state, email, secondFactor }: ProviderAccountRow): readonly Act[] {
  if (state === "disabled") return ["enable"];
  const mail = email === null ? [] : ([state === "invited" ? "resendInvitation" : "resetPassword"] as const);
  return [...mail, ...(secondFactor ? (["resetMfa"] as const) : []), "disable"];
}

function AccountActs({ account }: { account: ProviderAccountRow }) {
  const t = useTranslations("provider.accounts");
  const format = useFormatter();
  const trpc = useTRPC();
  const done = useDone();
  const [asked, setAsked] = useState<Act | null>(null);
  const finish = (act: Act) => ({
    onSuccess: () => {
      setAsked(null);
      done(t(`acts.${act}.done`, { name: account.name }));
    },
  });
  const { accounts } = trpc.provider;
  const mutations = {
    resendInvitation: useMutation(accounts.resendInvitation.mutationOptions(finish("resendInvitation"))),
    resetPassword: useMutation(accounts.resetPassword.mutationOptions(finish("resetPassword"))),
    resetMfa: useMutation(accounts.resetMfa.mutationOptions(finish("resetMfa"))),
    disable: useMutation(accounts.disable.mutationOptions(finish("disable"))),
    enable: useMutation(accounts.enable.mutationOptions(finish("enable"))),
  };
  const current = asked && mutations[asked];
  return (
    <section className="mt-6 border-line border-t pt-5">
      <h3 className="mb-3 font-semibold text-15">{t("signingIn")}</h3>
      {account.state === "invited" && (
        <p className="mb-3 text-15 text-ink-muted">
          {account.invitationUntil
            ? t("invitedUntil", {
                until: format.dateTime(account.invitationUntil, { dateStyle: "medium", timeStyle: "short" }),
              })
            : t("invitationOver")}
        </p>
      )}
      <div className="flex flex-col items-start gap-2">
        {possibleActs(account).map((act) => {
          const Icon = icons[act];
          return (
            <Button key={act} onClick={() => setAsked(act)}>
              <Icon aria-hidden className="size-4" />
              {t(`acts.${act}.label`)}
            </Button>
          );
        })}
      </div>
      {asked && current && (
        <ConfirmDialog
          open
          onOpenChange={(open) => {
            if (open) return;
            current.reset();
            setAsked(null);
          }}
          title={t(`acts.${asked}.label`)}
          description={t(`acts.${asked}.description`, { name: account.name })}
          confirmLabel={t(`acts.${asked}.confirm`)}
          tone={asked === "disable" || asked === "resetMfa" ? "stop" : "primary"}
          busy={current.isPending}
          onConfirm={() => current.mutate({ providerAccountId: account.providerAccountId })}
        >
          {current.isError && <ErrorNotice {...refusalOf(current.error)} />}
        </ConfirmDialog>
      )}
    </section>
  );
}
