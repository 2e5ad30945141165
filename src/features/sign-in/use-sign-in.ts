"use client";

import { signIn } from "next-auth/react";
import { useRef, useState } from "react";
import { type ErrorCode, isErrorCode } from "@/lib/error-table";

/** How the last try stands. */
export type SignInState =
  | { readonly kind: "idle" }
  | { readonly kind: "busy" }
  | { readonly kind: "refused"; readonly code: ErrorCode };

/**
 * Signs in and goes to `next`. A second try while one is under way does nothing, and after a success the form stays busy until
 * the next page has come.
 *
 * @param provider the kind of account, as the server names it
 */
export function useSignIn(provider: "operator" | "provider", next: string) {
  const [state, setState] = useState<SignInState>({ kind: "idle" });
  const isUnderWay = useRef(false);
  const submit = async (credentials: Record<string, string>) => {
    if (isUnderWay.current) return;
    isUnderWay.current = true;
    setState({ kind: "busy" });
    const refusal = await trySignIn(provider, credentials);
    if (refusal === null) {
      // A whole new page, so that nothing of the time before signing in is kept.
      window.location.assign(next);
      return;
    }
    isUnderWay.current = false;
    setState({ kind: "refused", code: refusal });
  };
  return { state, submit };
}

async function trySignIn(
  provider: "operator" | "provider",
  credentials: Record<string, string>,
): Promise<ErrorCode | null> {
  try {
    const answer = await signIn(provider, { ...credentials, redirect: false });
    if (answer?.ok && !answer.error) return null;
    return isErrorCode(answer?.error) ? answer.error : "UNAVAILABLE";
  } catch {
    return "UNAVAILABLE";
  }
}
