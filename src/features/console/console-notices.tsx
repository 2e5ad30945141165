"use client";

import { useTranslations } from "next-intl";
import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { ErrorNotice } from "@/components/error-notice";
import type { Refusal } from "@/trpc/refusal";
import type { ConnectionState } from "./use-console-snapshot";

/**
 * What an operator must know about a lost connection. It lies over the page's lower edge: nothing moves when it comes and goes.
 * The end of the sign-in cannot be passed over.
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
      return (
        <Dialog
          open
          onOpenChange={() => undefined}
          title={t("failure.signedOutTitle")}
          description={t("failure.signedOutDetail")}
          footer={
            <Button asChild variant="primary">
              <a href="/signin?next=/console">{t("failure.signIn")}</a>
            </Button>
          }
        />
      );
  }
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

function Floating({ children }: { children: React.ReactNode }) {
  return (
    <div className="pointer-events-none fixed inset-x-4 bottom-4 z-30 flex justify-center">
      <div className="pointer-events-auto w-full max-w-xl animate-appear">{children}</div>
    </div>
  );
}
