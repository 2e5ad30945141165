"use client";

import { useRef, useState } from "react";
import type { ErrorCode } from "@/lib/error-table";
import { appErrorCode } from "@/trpc/app-error";
import { continuePath } from "./sign-in-address";
import { trySignIn } from "./try-sign-in";

/** How the last try stands. */
export type SignInState =
  | { readonly kind: "idle" }
  | { readonly kind: "busy"; readonly by: "password" | "passkey" }
  | { readonly kind: "refused"; readonly code: ErrorCode };

/** What a passkey needs from the page: its answer, ready to be sent; null when the person gave up. */
type AskPasskey = () => Promise<string | null>;

/**
 * Signs in and goes on to `next`, by way of whatever step is still missing. A second try while one is under way does nothing,
 * and after a success the form stays busy until the next page has come.
 *
 * @param provider the kind of account, as the server names it
 * @param next where to go; null: the start page of the account
 */
export function useSignIn(provider: "operator" | "provider", next: string | null) {
  const [state, setState] = useState<SignInState>({ kind: "idle" });
  const [refusals, setRefusals] = useState(0);
  const isUnderWay = useRef(false);

  const attempt = async (by: "password" | "passkey", act: () => Promise<ErrorCode | "cancelled" | null>) => {
    if (isUnderWay.current) return;
    isUnderWay.current = true;
    setState({ kind: "busy", by });
    const outcome = await act();
    if (outcome === null) {
      // A whole new page, so that nothing of the time before signing in is kept.
      window.location.assign(continuePath(next));
      return;
    }
    isUnderWay.current = false;
    if (outcome === "cancelled") return setState({ kind: "idle" });
    if (outcome === "SIGN_IN_FAILED") setRefusals((count) => count + 1);
    setState({ kind: "refused", code: outcome });
  };

  return {
    state,
    /** How often the codes or the password were wrong since the page was opened. */
    refusals,
    submit: (credentials: Record<string, string>) =>
      attempt("password", () => trySignIn(provider, credentials)),
    submitPasskey: (ask: AskPasskey) =>
      attempt("passkey", async () => {
        try {
          const response = await ask();
          return response === null ? "cancelled" : await trySignIn("passkey", { response });
        } catch (error) {
          return appErrorCode(error);
        }
      }),
  };
}
