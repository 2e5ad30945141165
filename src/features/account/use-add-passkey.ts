"use client";

import { startRegistration, WebAuthnError } from "@simplewebauthn/browser";
import { useMutation } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { isUntrustedSite } from "@/lib/passkey-refusal";
import { useTRPC } from "@/trpc/client";
import { type Refusal, refusalOf } from "@/trpc/refusal";

/** How making a passkey stands. `given up`: the browser's window was closed, or it took too long. */
export type AddPasskeyState =
  | { readonly kind: "idle" | "busy" | "given up" | "already there" }
  | { readonly kind: "refused"; readonly refusal: Refusal };

/**
 * Makes a passkey for the own account.
 *
 * @param onDone told with the recovery codes to show; empty when the account has some already
 */
export function useAddPasskey(onDone: (recoveryCodes: readonly string[]) => void) {
  const trpc = useTRPC();
  const { mutateAsync: begin } = useMutation(trpc.account.beginPasskey.mutationOptions());
  const { mutateAsync: add } = useMutation(trpc.account.addPasskey.mutationOptions());
  const [state, setState] = useState<AddPasskeyState>({ kind: "idle" });
  const isUnderWay = useRef(false);

  const make = async (name: string, currentPassword: string | undefined): Promise<AddPasskeyState> => {
    try {
      const response = await startRegistration({ optionsJSON: await begin({ currentPassword }) });
      const { recoveryCodes } = await add({ name, response });
      onDone(recoveryCodes ?? []);
      return { kind: "idle" };
    } catch (error) {
      if (error instanceof WebAuthnError && error.code === "ERROR_AUTHENTICATOR_PREVIOUSLY_REGISTERED") {
        return { kind: "already there" };
      }
      if (isUntrustedSite(error)) {
        const code = "PASSKEY_UNTRUSTED_SITE";
        return { kind: "refused", refusal: { code, retryAfterSeconds: undefined } };
      }
      if (error instanceof WebAuthnError || error instanceof DOMException) return { kind: "given up" };
      return { kind: "refused", refusal: refusalOf(error) };
    }
  };
  /** The password is asked for on the account's page, not while the account is set up at sign-in. */
  const start = async (name: string, currentPassword?: string) => {
    if (isUnderWay.current) return;
    isUnderWay.current = true;
    setState({ kind: "busy" });
    setState(await make(name, currentPassword));
    isUnderWay.current = false;
  };
  return { state, start };
}
