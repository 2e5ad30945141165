"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import { useMutation } from "@tanstack/react-query";
import { MailCheck } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useEffect, useRef } from "react";
import { useForm } from "react-hook-form";
import { z } from "zod";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { ErrorNotice } from "@/components/error-notice";
import { NarrowPage } from "@/components/narrow-page";
import { TextField } from "@/components/text-field";
import { useTRPC } from "@/trpc/client";
import { refusalOf } from "@/trpc/refusal";
import { isTyping } from "./is-typing";
import { readRememberedCompany } from "./remembered-company";

const typed = z.string().trim();
const operatorSchema = z.object({ companyCode: typed.min(1), code: typed.min(1) });
/** A provider account has no company: that field is not shown. */
const providerSchema = z.object({ companyCode: typed, code: typed.min(1) });
type Form = z.infer<typeof operatorSchema>;

/** Sends a link to whoever has forgotten a password. The answer is the same whether or not there is such an account. */
export function ForgotPassword({ kind }: { kind: "operator" | "provider" }) {
  const t = useTranslations("signIn");
  const signInPath = kind === "provider" ? "/signin/provider" : "/signin";
  const request = useMutation(useTRPC().account.forgotPassword.mutationOptions());
  return (
    <NarrowPage
      heading={request.isSuccess ? t("forgot.sentTitle") : t("forgot.title")}
      lead={request.isSuccess ? undefined : t("forgot.lead")}
      footer={
        <Link href={signInPath} className="inline-block font-semibold text-accent hover:underline">
          {t("toSignIn")}
        </Link>
      }
    >
      <Card>
        {request.isSuccess ? (
          <Sent kind={kind} onAgain={request.reset} />
        ) : (
          <>
            {request.isError && <ErrorNotice {...refusalOf(request.error)} className="mb-5" />}
            <AccountForm kind={kind} busy={request.isPending} onSend={(account) => request.mutate(account)} />
          </>
        )}
      </Card>
    </NarrowPage>
  );
}

interface AccountFormProps {
  kind: "operator" | "provider";
  busy: boolean;
  onSend: (account: { companyCode: string | null; code: string }) => void;
}

function AccountForm({ kind, busy, onSend }: AccountFormProps) {
  const t = useTranslations("signIn");
  const common = useTranslations("common");
  const {
    getValues,
    register,
    handleSubmit,
    setFocus,
    setValue,
    formState: { errors },
  } = useForm<Form>({
    // No default values: they would wipe what a password manager, or somebody quick, filled in before this ran.
    resolver: zodResolver(kind === "operator" ? operatorSchema : providerSchema),
  });
  useEffect(() => {
    if (isTyping()) return;
    if (kind === "operator" && !getValues("companyCode")) setValue("companyCode", readRememberedCompany());
    setFocus(kind === "operator" && !getValues("companyCode") ? "companyCode" : "code");
  }, [getValues, kind, setFocus, setValue]);
  const send = handleSubmit(({ companyCode, code }) =>
    onSend({ companyCode: kind === "operator" ? companyCode : null, code }),
  );
  return (
    <form method="post" onSubmit={(event) => void send(event)} noValidate>
      {kind === "operator" && (
        <TextField
          label={t("companyCode")}
          autoComplete="organization"
          autoCapitalize="none"
          spellCheck={false}
          error={errors.companyCode && common("required")}
          {...register("companyCode")}
        />
      )}
      <TextField
        label={t("id")}
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        error={errors.code && common("required")}
        {...register("code")}
      />
      <Button type="submit" variant="primary" busy={busy} className="mt-2 h-12 w-full text-15">
        {t("forgot.send")}
      </Button>
    </form>
  );
}

function Sent({ kind, onAgain }: { kind: "operator" | "provider"; onAgain: () => void }) {
  const t = useTranslations("signIn.forgot");
  const words = useRef<HTMLParagraphElement>(null);
  useEffect(() => words.current?.focus(), []);
  return (
    <>
      <MailCheck aria-hidden className="size-8 text-good-text" />
      <p ref={words} tabIndex={-1} className="mt-4 text-15 outline-none">
        {t("sent")}
      </p>
      <p className="mt-3 text-15 text-ink-muted">
        {t(kind === "provider" ? "sentNothingProvider" : "sentNothing")}
      </p>
      <Button onClick={onAgain} className="mt-6">
        {t("again")}
      </Button>
    </>
  );
}
