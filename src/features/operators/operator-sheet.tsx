"use client";

import { useMutation, useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/components/button";
import { ErrorNotice } from "@/components/error-notice";
import { useNotices } from "@/components/notices";
import { Sheet } from "@/components/sheet";
import { Skeleton } from "@/components/skeleton";
import type { OperatorDetail } from "@/protocol/operator-accounts";
import { useTRPC } from "@/trpc/client";
import { refusalOf } from "@/trpc/refusal";
import { type OneTimePassword, OneTimePasswordDialog } from "./one-time-password";
import { OperatorActions } from "./operator-actions";
import { OperatorFacts } from "./operator-facts";
import { OperatorFields, useOperatorForm } from "./operator-form";
import { useOperatorChanges } from "./use-operator-changes";

interface OperatorSheetProps {
  /** Null: closed. */
  operatorId: string | null;
  mailPossible: boolean;
  onClose: () => void;
}

const FORM_ID = "operator-form";

/** One account: its fields to change, its facts, and what can be done to it. */
export function OperatorSheet({ operatorId, mailPossible, onClose }: OperatorSheetProps) {
  const t = useTranslations("operators");
  const trpc = useTRPC();
  const [password, setPassword] = useState<OneTimePassword | null>(null);
  const [saving, setSaving] = useState(false);
  const detail = useQuery(
    trpc.operators.get.queryOptions(
      { operatorId: operatorId ?? "" },
      { enabled: operatorId !== null, staleTime: 0 },
    ),
  );
  const operator = detail.data;
  return (
    <>
      <Sheet
        open={operatorId !== null}
        onOpenChange={(open) => {
          if (!open) onClose();
        }}
        title={operator?.name ?? t("sheet.account")}
        description={operator?.code}
        footer={
          operator && (
            <Button variant="primary" type="submit" form={FORM_ID} busy={saving}>
              {t("form.save")}
            </Button>
          )
        }
      >
        {operator ? (
          <div className="space-y-8">
            <OperatorFacts operator={operator} />
            <EditForm key={operator.operatorId} operator={operator} onBusy={setSaving} onSaved={onClose} />
            <OperatorActions
              operator={operator}
              mailPossible={mailPossible}
              onPassword={setPassword}
              onDeleted={onClose}
            />
          </div>
        ) : detail.isError ? (
          <ErrorNotice {...refusalOf(detail.error)} />
        ) : (
          <div role="status" aria-label={t("sheet.loading")} className="space-y-6">
            <Skeleton className="h-32 w-full" />
            <Skeleton className="h-11 w-full" />
            <Skeleton className="h-11 w-full" />
            <Skeleton className="h-11 w-full" />
          </div>
        )}
      </Sheet>
      <OneTimePasswordDialog shown={password} onDone={() => setPassword(null)} />
    </>
  );
}

function EditForm({
  operator,
  onBusy,
  onSaved,
}: {
  operator: OperatorDetail;
  onBusy: (busy: boolean) => void;
  onSaved: () => void;
}) {
  const t = useTranslations("operators");
  const trpc = useTRPC();
  const { notify } = useNotices();
  const refresh = useOperatorChanges();
  const update = useMutation(trpc.operators.update.mutationOptions());
  const { name, code, email, role, locale, own } = operator;
  const form = useOperatorForm({ name, code, email: email ?? "", role, locale }, false);
  const save = form.handleSubmit(async (fields) => {
    onBusy(true);
    try {
      await update.mutateAsync({
        operatorId: operator.operatorId,
        ...fields,
        email: fields.email === "" ? null : fields.email,
      });
      await refresh();
      notify(t("form.saved", { name: fields.name }));
      onSaved();
    } catch {
      // Shown below, from the mutation's own state.
    } finally {
      onBusy(false);
    }
  });
  return (
    <form id={FORM_ID} noValidate onSubmit={(event) => void save(event)}>
      <OperatorFields form={form} emailNeeded={false} own={own} />
      {update.isError && <ErrorNotice {...refusalOf(update.error)} className="mt-2" />}
    </form>
  );
}
