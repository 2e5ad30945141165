"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { ErrorNotice } from "@/components/error-notice";
import type { ErrorCode } from "@/lib/error-table";
import { appErrorCode } from "@/trpc/app-error";
import { useTRPCClient } from "@/trpc/client";

export interface EndableSession {
  readonly sessionId: string;
  readonly operatorName: string;
}

interface EndDialogProps {
  /** Null: closed. */
  session: EndableSession | null;
  onClose: () => void;
  onEnded: () => void;
}

/** Asks before a session of somebody else is ended for both sides. */
export function EndDialog({ session, onClose, onEnded }: EndDialogProps) {
  const t = useTranslations("supervision.endDialog");
  const client = useTRPCClient();
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<ErrorCode | null>(null);
  // What is asked about stays readable while the window goes away.
  const [asked, setAsked] = useState(session);
  if (session && session !== asked) {
    setAsked(session);
    setRefusal(null);
  }

  const end = async () => {
    if (!session) return;
    setBusy(true);
    setRefusal(null);
    try {
      await client.supervision.end.mutate({ sessionId: session.sessionId });
      onEnded();
    } catch (error) {
      const code = appErrorCode(error);
      // Somebody was faster: what was wanted has happened.
      if (code === "SESSION_ENDED") onEnded();
      else setRefusal(code);
    } finally {
      setBusy(false);
    }
  };

  return (
    <ConfirmDialog
      open={session !== null}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={t("title", { operator: asked?.operatorName ?? "" })}
      description={t("description")}
      confirmLabel={t("confirm")}
      busy={busy}
      onConfirm={() => void end()}
    >
      {refusal && <ErrorNotice code={refusal} className="mt-4" />}
    </ConfirmDialog>
  );
}
