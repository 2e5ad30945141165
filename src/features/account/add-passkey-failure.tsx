"use client";

import { useTranslations } from "next-intl";
import { ErrorNotice } from "@/components/error-notice";
import type { AddPasskeyState } from "./use-add-passkey";

/** Why no passkey was made; nothing while there is nothing to say. */
export function AddPasskeyFailure({ state, className }: { state: AddPasskeyState; className?: string }) {
  const t = useTranslations("account.passkeys");
  switch (state.kind) {
    case "idle":
    case "busy":
      return null;
    case "refused":
      // That one is told under the field of the password.
      if (state.refusal.code === "PASSWORD_WRONG") return null;
      return <ErrorNotice {...state.refusal} {...(className !== undefined && { className })} />;
    case "given up":
    case "already there":
      return (
        <div className={className}>
          <p
            role="alert"
            className="rounded border border-warn-text/30 bg-warn-soft px-4 py-3 text-15 text-ink"
          >
            {t(state.kind === "given up" ? "cancelled" : "alreadyThere")}
          </p>
        </div>
      );
  }
}
