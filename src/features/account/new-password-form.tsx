"use client";

import { useTranslations } from "next-intl";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { Button } from "@/components/button";
import { ErrorNotice } from "@/components/error-notice";
import { PasswordField } from "@/components/password-field";
import { cn } from "@/lib/class-names";
import type { Refusal } from "@/trpc/refusal";
import { AccountNameField } from "./account-name-field";
import { isAboutNewPassword, keepsRule, NewPasswordField } from "./new-password-field";

interface NewPasswordFormProps {
  /** The account's ID, for password managers. */
  code: string;
  /** Null for the provider's own accounts. */
  companyCode: string | null;
  /** Whether the password so far has to be typed as well. */
  askCurrent: boolean;
  submitLabel: string;
  busy: boolean;
  refusal: Refusal | null;
  /** `currentPassword` is empty when it was not asked for. */
  onSubmit: (passwords: { currentPassword: string; newPassword: string }) => void;
  /** Puts a way back beside the button, as dialogs have it. */
  onCancel?: () => void;
}

/** Chooses a password. What was typed stays after a refusal, which is told where it belongs. */
export function NewPasswordForm({
  code,
  companyCode,
  askCurrent,
  submitLabel,
  busy,
  refusal,
  onSubmit,
  onCancel,
}: NewPasswordFormProps) {
  const t = useTranslations("account");
  const common = useTranslations("common");
  const errors = useTranslations("errors");
  const [current, setCurrent] = useState("");
  const [password, setPassword] = useState("");
  const [tried, setTried] = useState(false);
  const currentField = useRef<HTMLInputElement>(null);
  const newField = useRef<HTMLInputElement>(null);
  const codes = companyCode === null ? [code] : [code, companyCode];
  const refused = busy ? null : refusal;

  useEffect(() => {
    if (!refused) return;
    if (refused.code === "PASSWORD_WRONG") currentField.current?.select();
    if (isAboutNewPassword(refused.code)) newField.current?.select();
  }, [refused]);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (askCurrent && current === "") return currentField.current?.focus();
    if (!keepsRule(password, codes)) return newField.current?.focus();
    onSubmit({ currentPassword: current, newPassword: password });
  };
  const sentence = (about: Refusal) => `${errors(`${about.code}.what`)} ${errors(`${about.code}.why`)}`;
  const currentError =
    refused?.code === "PASSWORD_WRONG"
      ? errors("PASSWORD_WRONG.what")
      : tried && current === ""
        ? common("required")
        : undefined;
  const newError =
    refused && isAboutNewPassword(refused.code)
      ? sentence(refused)
      : tried && password === ""
        ? common("required")
        : tried && !keepsRule(password, codes)
          ? errors("PASSWORD_RULE.what")
          : undefined;
  const elsewhere = refused && refused.code !== "PASSWORD_WRONG" && !isAboutNewPassword(refused.code);
  return (
    <form method="post" onSubmit={submit} noValidate>
      {elsewhere && <ErrorNotice {...refused} className="mb-5" />}
      <AccountNameField code={code} />
      {askCurrent && (
        <PasswordField
          ref={currentField}
          label={t("currentPassword")}
          autoComplete="current-password"
          value={current}
          onChange={(event) => setCurrent(event.target.value)}
          error={currentError}
        />
      )}
      <NewPasswordField
        ref={newField}
        codes={codes}
        value={password}
        onChange={(event) => setPassword(event.target.value)}
        error={newError}
      />
      <div className={cn("mt-2", onCancel && "flex flex-wrap justify-end gap-2")}>
        {onCancel && <Button onClick={onCancel}>{common("cancel")}</Button>}
        <Button
          type="submit"
          variant="primary"
          busy={busy}
          className={cn(!onCancel && "h-12 w-full text-15")}
        >
          {submitLabel}
        </Button>
      </div>
    </form>
  );
}
