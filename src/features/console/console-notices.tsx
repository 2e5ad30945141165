"use client";

import { useTranslations } from "next-intl";
import { type ReactNode, useState } from "react";
import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { ErrorNotice } from "@/components/error-notice";
import type { Refusal } from "@/trpc/refusal";
import type { ConnectionState } from "./use-console-snapshot";

/**
 * What an operator must know about a lost connection. It lies over the page's lower edge: nothing moves when it comes and goes.
 */
export function ConnectionNotice({ connection }: { connection: ConnectionState }) {
  const t = useTranslations("console");
  switch (connection) {
    case "connecting":
    case "ready":
      return null;
    case "reconnecting":
      return (
        <Floating>
          <p className="rounded border border-warn-text/30 bg-warn-soft px-4 py-3 text-15 text-ink">
            {t("connection.reconnectingNotice")}
          </p>
        </Floating>
      );
    case "signedOut":
      return <SignedOutDialog />;
  }
}

/** May be closed, for the page behind it may hold something to be read once more; the header goes on saying it. */
function SignedOutDialog() {
  const t = useTranslations("console.failure");
  const [open, setOpen] = useState(true);
  return (
    <Dialog
      open={open}
      onOpenChange={setOpen}
      title={t("signedOutTitle")}
      description={t("signedOutDetail")}
      footer={
        <Button asChild variant="primary">
          <a href="/signin?next=/console">{t("signIn")}</a>
        </Button>
      }
    />
  );
}

/** Why the last action did not work. */
export function RefusalNotice({ refusal, onDismiss }: { refusal: Refusal | null; onDismiss: () => void }) {
  const common = useTranslations("common");
  if (!refusal) return null;
  return (
    <Floating>
      <ErrorNotice
        code={refusal.code}
        retryAfterSeconds={refusal.retryAfterSeconds}
        className="shadow-float"
        action={
          <Button size="small" onClick={onDismiss}>
            {common("close")}
          </Button>
        }
      />
    </Floating>
  );
}

function Floating({ children }: { children: ReactNode }) {
  return (
    <div className="pointer-events-none fixed inset-x-4 bottom-4 z-30 flex justify-center">
      <div className="pointer-events-auto w-full max-w-xl animate-appear">{children}</div>
    </div>
  );
}
