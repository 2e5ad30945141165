"use client";

import { useTranslations } from "next-intl";
import { type FormEvent, type ReactNode, useEffect, useId, useRef, useState } from "react";
import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { ErrorNotice } from "@/components/error-notice";
import { PasswordField } from "@/components/password-field";
import type { Refusal } from "@/trpc/refusal";
import { AccountNameField } from "./account-name-field";

interface PasswordDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  description: ReactNode;
  /** The act in a word or two. */
  confirmLabel: string;
  tone?: "stop" | "primary";
  /** The account's ID, for password managers. */
  code: string;
  busy: boolean;
  refusal: Refusal | null;
  onConfirm: (currentPassword: string) => void;
}

/** A question before an act that weakens or replaces a way to sign in: it takes the password, not just an open browser. */
export function PasswordDialog({
  open,
  onOpenChange,
  title,
  description,
  confirmLabel,
  tone = "primary",
  ...rest
}: PasswordDialogProps) {
  const t = useTranslations("common");
  const formId = useId();
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={title}
      description={description}
      footer={
        <>
          <Button onClick={() => onOpenChange(false)}>{t("cancel")}</Button>
          <Button type="submit" form={formId} variant={tone} busy={rest.busy}>
            {confirmLabel}
          </Button>
        </>
      }
    >
      {/* Inside the dialog's content, so that each opening begins with an empty field. */}
      <PasswordQuestion formId={formId} {...rest} />
    </Dialog>
  );
}

function PasswordQuestion({
  formId,
  code,
  busy,
  refusal,
  onConfirm,
}: Pick<PasswordDialogProps, "code" | "busy" | "refusal" | "onConfirm"> & { formId: string }) {
  const t = useTranslations("account");
  const common = useTranslations("common");
  const errors = useTranslations("errors");
  const [password, setPassword] = useState("");
  const [missing, setMissing] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const isWrong = !busy && refusal?.code === "PASSWORD_WRONG";
  useEffect(() => {
    if (isWrong) field.current?.select();
  }, [isWrong]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setMissing(password === "");
    if (password !== "" && !busy) onConfirm(password);
  };
  return (
    <form id={formId} method="post" onSubmit={submit} noValidate>
      {refusal && !busy && !isWrong && <ErrorNotice {...refusal} className="mb-4" />}
      <AccountNameField code={code} />
      <PasswordField
        ref={field}
        label={t("currentPassword")}
        autoComplete="current-password"
        value={password}
        onChange={(event) => setPassword(event.target.value)}
        error={missing ? common("required") : isWrong ? errors("PASSWORD_WRONG.what") : undefined}
      />
    </form>
  );
}
