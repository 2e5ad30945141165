"use client";

import { useMutation } from "@tanstack/react-query";
import { useLocale, useTranslations } from "next-intl";
import { useId, useState } from "react";
import { Button } from "@/components/button";
import { ErrorNotice } from "@/components/error-notice";
import { useNotices } from "@/components/notices";
import { Sheet } from "@/components/sheet";
import { cn } from "@/lib/class-names";
import { accountLocaleSchema } from "@/protocol/operator-accounts";
import { useTRPCClient } from "@/trpc/client";
import { refusalOf } from "@/trpc/refusal";
import { type OneTimePassword, OneTimePasswordDialog } from "./one-time-password";
import { OperatorFields, type OperatorForm, useOperatorForm } from "./operator-form";
import { useOperatorChanges } from "./use-operator-changes";

type Way = "invitation" | "password";
const FORM_ID = "add-operator-form";

interface AddOperatorSheetProps {
  open: boolean;
  mailPossible: boolean;
  onClose: () => void;
}

/** A new account, by invitation or with a password to hand over. */
export function AddOperatorSheet({ open, mailPossible, onClose }: AddOperatorSheetProps) {
  const t = useTranslations("operators.addSheet");
  const [way, setWay] = useState<Way>(mailPossible ? "invitation" : "password");
  const [password, setPassword] = useState<OneTimePassword | null>(null);
  const [busy, setBusy] = useState(false);
  return (
    <>
      <Sheet
        open={open}
        onOpenChange={(next) => {
          if (!next) onClose();
        }}
        title={t("title")}
        footer={
          <Button variant="primary" type="submit" form={FORM_ID} busy={busy}>
            {way === "invitation" ? t("invite") : t("create")}
          </Button>
        }
      >
        <fieldset className="mb-6">
          <legend className="mb-1.5 font-semibold text-15">{t("how")}</legend>
          <div className="space-y-2">
            <WayOption
              way="invitation"
              chosen={way}
              onChoose={setWay}
              label={t("byInvitation")}
              hint={mailPossible ? t("byInvitationHint") : t("mailMissing")}
              disabled={!mailPossible}
            />
            <WayOption
              way="password"
              chosen={way}
              onChoose={setWay}
              label={t("byPassword")}
              hint={t("byPasswordHint")}
            />
          </div>
        </fieldset>
        <AddForm way={way} onBusy={setBusy} onPassword={setPassword} onDone={onClose} />
      </Sheet>
      <OneTimePasswordDialog shown={password} onDone={() => setPassword(null)} />
    </>
  );
}

function WayOption({
  way,
  chosen,
  onChoose,
  label,
  hint,
  disabled = false,
}: {
  way: Way;
  chosen: Way;
  onChoose: (way: Way) => void;
  label: string;
  hint: string;
  disabled?: boolean;
}) {
  const id = useId();
  return (
    <div
      className={cn(
        "relative flex gap-3 rounded border px-3 py-2.5",
        chosen === way ? "border-accent bg-accent-soft" : "border-line-strong",
      )}
    >
      <input
        type="radio"
        id={id}
        name="way"
        checked={chosen === way}
        disabled={disabled}
        aria-describedby={`${id}-hint`}
        onChange={() => onChoose(way)}
        className="relative z-10 mt-1 size-4 shrink-0 accent-accent"
      />
      <div>
        <label htmlFor={id} className="block font-semibold text-15 after:absolute after:inset-0">
          {label}
        </label>
        <p id={`${id}-hint`} className="text-13 text-ink-muted">
          {hint}
        </p>
      </div>
    </div>
  );
}

function AddForm({
  way,
  onBusy,
  onPassword,
  onDone,
}: {
  way: Way;
  onBusy: (busy: boolean) => void;
  onPassword: (password: OneTimePassword) => void;
  onDone: () => void;
}) {
  const t = useTranslations("operators.addSheet");
  const api = useTRPCClient();
  const { notify } = useNotices();
  const refresh = useOperatorChanges();
  const locale = accountLocaleSchema.catch("en").parse(useLocale());
  const form = useOperatorForm(
    { name: "", code: "", email: "", role: "operator", locale },
    way === "invitation",
  );
  const add = useMutation({
    mutationFn: async (fields: OperatorForm) => {
      if (way === "invitation") {
        await api.operators.invite.mutate(fields);
        notify(t("invited", { email: fields.email }));
        return;
      }
      const email = fields.email === "" ? null : fields.email;
      const { password } = await api.operators.create.mutate({ ...fields, email, password: null });
      notify(t("created", { name: fields.name }));
      if (password !== null) onPassword({ name: fields.name, password });
    },
    onMutate: () => onBusy(true),
    onSettled: () => onBusy(false),
    onSuccess: async () => {
      onDone();
      await refresh();
    },
  });
  return (
    <form id={FORM_ID} noValidate onSubmit={form.handleSubmit((fields) => add.mutate(fields))}>
      <OperatorFields form={form} emailNeeded={way === "invitation"} />
      {add.isError && <ErrorNotice {...refusalOf(add.error)} className="mt-2" />}
    </form>
  );
}
