"use client";

import { browserSupportsWebAuthn, startAuthentication, WebAuthnError } from "@simplewebauthn/browser";
import { useMutation } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import { AppError } from "@/lib/app-error";
import { isUntrustedSite } from "@/lib/passkey-refusal";
import { useTRPC } from "@/trpc/client";

const never = () => () => undefined;

/** Whether this browser has passkeys; true until it can be known, so that nothing jumps where nearly all have them. */
export function usePasskeysSupported(): boolean {
  return useSyncExternalStore(never, browserSupportsWebAuthn, () => true);
}

/**
 * Asks the person for a passkey.
 *
 * @param pending whether it is the second step of the sign-in that this browser has begun; else it stands alone
 * @returns a function that answers what the server wants to see, as JSON; null when the person gave up. It throws the API's
 * errors when there is no challenge, and PASSKEY_UNTRUSTED_SITE when the browser does not even ask.
 */
export function usePasskeyAnswer(pending: boolean): () => Promise<string | null> {
  const { mutateAsync } = useMutation(useTRPC().account.passkeyChallenge.mutationOptions());
  return async () => {
    const { challengeId, options } = await mutateAsync({ pending });
    try {
      const response = await startAuthentication({ optionsJSON: options });
      return JSON.stringify({ challengeId, response });
    } catch (error) {
      if (isUntrustedSite(error)) throw new AppError("PASSKEY_UNTRUSTED_SITE", { cause: error });
      // Closing the browser's window, having no passkey and waiting too long all look alike to a page, on purpose
      // (WebAuthn Level 3, 14.5.2): the browser has told the person which it was.
      if (error instanceof WebAuthnError || error instanceof DOMException) return null;
      throw error;
    }
  };
}
