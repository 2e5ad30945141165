"use client";

import { useMutation } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { type ReactNode, useState } from "react";
import { Button } from "@/components/button";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { ErrorNotice } from "@/components/error-notice";
import { useNotices } from "@/components/notices";
import type { OperatorDetail } from "@/protocol/operator-accounts";
import { useTRPCClient } from "@/trpc/client";
import { refusalOf } from "@/trpc/refusal";
import type { OneTimePassword } from "./one-time-password";
import { useOperatorChanges } from "./use-operator-changes";

type Act = "unlock" | "resend" | "resetPassword" | "resetMfa" | "disable" | "enable" | "delete";
/** Those that end or take something are asked about first. */
type AskedAct = "resetPassword" | "resetMfa" | "disable" | "delete";

interface OperatorActionsProps {
  operator: OperatorDetail;
  mailPossible: boolean;
  onPassword: (password: OneTimePassword) => void;
  onDeleted: () => void;
}

/** What can be done to an account as it is now. */
export function OperatorActions({ operator, mailPossible, onPassword, onDeleted }: OperatorActionsProps) {
  const t = useTranslations("operators");
  const [asked, setAsked] = useState<AskedAct | null>(null);
  const act = useAct(operator, onPassword, onDeleted);
  const { name, state, own } = operator;
  const byMail = mailPossible && operator.email !== null;
  const run = (what: Act) => act.mutate(what, { onSettled: () => setAsked(null) });

  if (own) {
    return (
      <p className="text-15 text-ink-muted">
        {t("sheet.own")}{" "}
        <Link href="/account" className="font-semibold text-accent hover:underline">
          {t("sheet.toAccount")}
        </Link>
      </p>
    );
  }
  const question = {
    resetPassword: byMail
      ? t("actions.resetPasswordMail", { name, email: operator.email ?? "" })
      : t("actions.resetPasswordShown", { name }),
    resetMfa: t("actions.resetMfaQuestion", { name }),
    disable: t("actions.disableQuestion", { name }),
    delete: t("actions.deleteQuestion", { name }),
  };
  const row = (what: Act, hint: string, press: () => void) => (
    <ActionRow hint={hint}>
      <Button
        size="small"
        busy={act.isPending && act.variables === what && asked === null}
        onClick={press}
        className={what === "delete" ? "text-stop-text" : undefined}
      >
        {t(`actions.${what}`)}
      </Button>
    </ActionRow>
  );
  return (
    <section>
      <h3 className="mb-2 font-semibold text-15">{t("sheet.actions")}</h3>
      {act.isError && asked === null && <ErrorNotice {...refusalOf(act.error)} className="mb-3" />}
      <div className="divide-y divide-line border-line border-y">
        {state === "locked" && row("unlock", t("actions.unlockHint", { name }), () => run("unlock"))}
        {state === "invited" && byMail && row("resend", t("actions.resendHint"), () => run("resend"))}
        {!(state === "invited" && byMail) &&
          state !== "disabled" &&
          row("resetPassword", t("actions.resetPasswordHint"), () => setAsked("resetPassword"))}
        {operator.secondFactor && row("resetMfa", t("actions.resetMfaHint"), () => setAsked("resetMfa"))}
        {state === "disabled"
          ? row("enable", t("actions.enableHint", { name }), () => run("enable"))
          : row("disable", t("actions.disableHint"), () => setAsked("disable"))}
        {row("delete", t("actions.deleteHint"), () => setAsked("delete"))}
      </div>
      <ConfirmDialog
        open={asked !== null}
        onOpenChange={(open) => {
          if (!open) setAsked(null);
        }}
        title={asked ? t(`actions.${asked}`) : ""}
        description={asked ? question[asked] : ""}
        confirmLabel={asked ? t(`actions.${asked}`) : ""}
        onConfirm={() => {
          if (asked) run(asked);
        }}
        busy={act.isPending}
        tone={asked === "resetPassword" || asked === "resetMfa" ? "primary" : "stop"}
      />
    </section>
  );
}

function ActionRow({ hint, children }: { hint: string; children: ReactNode }) {
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 py-3">
      <p className="min-w-40 flex-1 text-13 text-ink-muted">{hint}</p>
      {children}
    </div>
  );
}

/** Does it, says so, and reads everything again. */
function useAct(
  operator: OperatorDetail,
  onPassword: (password: OneTimePassword) => void,
  onDeleted: () => void,
) {
  const t = useTranslations("operators.actions");
  const api = useTRPCClient();
  const { notify } = useNotices();
  const refresh = useOperatorChanges();
  const { operatorId, name } = operator;
  const email = operator.email ?? "";
  return useMutation({
    mutationFn: async (act: Act): Promise<string | null> => {
      switch (act) {
        case "unlock":
          await api.operators.unlock.mutate({ operatorId });
          return t("unlocked", { name });
        case "resend":
          await api.operators.resendInvitation.mutate({ operatorId });
          return t("resent", { email });
        case "resetPassword": {
          const reset = await api.operators.resetPassword.mutate({ operatorId });
          if (reset.by === "mail") return t("resetPasswordDone", { email: reset.email });
          onPassword({ name, password: reset.password });
          return null;
        }
        case "resetMfa":
          await api.operators.resetMfa.mutate({ operatorId });
          return t("resetMfaDone", { name });
        case "disable":
          await api.operators.disable.mutate({ operatorId });
          return t("disabled", { name });
        case "enable":
          await api.operators.enable.mutate({ operatorId });
          return t("enabled", { name });
        case "delete":
          await api.operators.delete.mutate({ operatorId });
          onDeleted();
          return t("deleted", { name });
      }
    },
    onSuccess: async (said) => {
      if (said !== null) notify(said);
      await refresh();
    },
  });
}
