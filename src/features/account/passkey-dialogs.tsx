"use client";

import { useMutation } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { type FormEvent, type ReactNode, useId, useState } from "react";
import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { ErrorNotice } from "@/components/error-notice";
import { useNotices } from "@/components/notices";
import { PasswordField } from "@/components/password-field";
import { TextField } from "@/components/text-field";
import { useTRPC } from "@/trpc/client";
import { refusalOf } from "@/trpc/refusal";
import { AccountNameField } from "./account-name-field";
import { AddPasskeyFailure } from "./add-passkey-failure";
import type { OwnPasskey } from "./own-account";
import { PasswordDialog } from "./password-dialog";
import { useAccountRefresh } from "./use-account-refresh";
import { useAddPasskey } from "./use-add-passkey";
import { useOwnBrowserName } from "./use-own-browser-name";

const MAX_NAME_LENGTH = 60;

/** Names a new passkey and has the browser make it. An open browser alone must not be enough for that. */
export function AddPasskeyDialog({
  code,
  onClose,
  onRecoveryCodes,
}: {
  code: string;
  onClose: () => void;
  onRecoveryCodes: (codes: readonly string[]) => void;
}) {
  const t = useTranslations("account");
  const common = useTranslations("common");
  const errors = useTranslations("errors");
  const { notify } = useNotices();
  const refresh = useAccountRefresh();
  const [password, setPassword] = useState("");
  const [missing, setMissing] = useState(false);
  const { state, start } = useAddPasskey((codes) => {
    notify(t("passkeys.addedNotice"));
    onClose();
    onRecoveryCodes(codes);
    void refresh();
  });
  const isWrong = state.kind === "refused" && state.refusal.code === "PASSWORD_WRONG";
  const add = (name: string) => {
    setMissing(password === "");
    if (password !== "") void start(name, password);
  };
  return (
    <NameDialog
      title={t("passkeys.addTitle")}
      description={t("passkeys.addDetail")}
      submitLabel={t("passkeys.create")}
      initialName={useOwnBrowserName().slice(0, MAX_NAME_LENGTH)}
      busy={state.kind === "busy"}
      failure={<AddPasskeyFailure state={state} className="mb-4" />}
      onClose={onClose}
      onSubmit={add}
    >
      <AccountNameField code={code} />
      <PasswordField
        label={t("currentPassword")}
        autoComplete="current-password"
        value={password}
        onChange={(event) => setPassword(event.target.value)}
        error={missing ? common("required") : isWrong ? errors("PASSWORD_WRONG.what") : undefined}
      />
    </NameDialog>
  );
}

/** Gives a passkey another name. */
export function RenamePasskeyDialog({ passkey, onClose }: { passkey: OwnPasskey; onClose: () => void }) {
  const t = useTranslations("account.passkeys");
  const { notify } = useNotices();
  const refresh = useAccountRefresh();
  const rename = useMutation(
    useTRPC().account.renamePasskey.mutationOptions({
      onSuccess: async () => {
        notify(t("renamedNotice"));
        onClose();
        await refresh();
      },
    }),
  );
  return (
    <NameDialog
      title={t("renameTitle")}
      submitLabel={t("rename")}
      initialName={passkey.name}
      busy={rename.isPending}
      failure={rename.isError && <ErrorNotice {...refusalOf(rename.error)} className="mb-4" />}
      onClose={onClose}
      onSubmit={(name) => rename.mutate({ passkeyId: passkey.passkeyId, name })}
    />
  );
}

/** Removes a passkey, after the password was typed. */
export function RemovePasskeyDialog({
  passkey,
  code,
  onClose,
}: {
  passkey: OwnPasskey;
  code: string;
  onClose: () => void;
}) {
  const t = useTranslations("account.passkeys");
  const { notify } = useNotices();
  const refresh = useAccountRefresh();
  const remove = useMutation(
    useTRPC().account.removePasskey.mutationOptions({
      onSuccess: async () => {
        notify(t("removedNotice"));
        onClose();
        await refresh();
      },
    }),
  );
  return (
    <PasswordDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t("removeTitle")}
      description={t("removeDetail", { name: passkey.name })}
      confirmLabel={t("remove")}
      tone="stop"
      code={code}
      busy={remove.isPending}
      refusal={remove.isError ? refusalOf(remove.error) : null}
      onConfirm={(currentPassword) => remove.mutate({ passkeyId: passkey.passkeyId, currentPassword })}
    />
  );
}

interface NameDialogProps {
  title: string;
  description?: string;
  submitLabel: string;
  initialName: string;
  busy: boolean;
  failure: ReactNode;
  onClose: () => void;
  onSubmit: (name: string) => void;
  /** More fields under the name. */
  children?: ReactNode;
}

function NameDialog({
  title,
  description,
  submitLabel,
  initialName,
  busy,
  failure,
  onClose,
  onSubmit,
  children,
}: NameDialogProps) {
  const t = useTranslations("account.passkeys");
  const common = useTranslations("common");
  const formId = useId();
  const [name, setName] = useState(initialName);
  const [missing, setMissing] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setMissing(name.trim() === "");
    if (name.trim() !== "" && !busy) onSubmit(name.trim());
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={title}
      {...(description !== undefined && { description })}
      footer={
        <>
          <Button onClick={onClose}>{common("cancel")}</Button>
          <Button type="submit" form={formId} variant="primary" busy={busy}>
            {submitLabel}
          </Button>
        </>
      }
    >
      <form id={formId} method="post" onSubmit={submit} noValidate>
        {failure}
        <TextField
          label={t("name")}
          hint={t("nameHint")}
          autoComplete="off"
          maxLength={MAX_NAME_LENGTH}
          value={name}
          onChange={(event) => setName(event.target.value)}
          error={missing ? common("required") : undefined}
        />
        {children}
      </form>
    </Dialog>
  );
}
