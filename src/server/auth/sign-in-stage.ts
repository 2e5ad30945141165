import type { SignInStage } from "@/server/db/generated/client";
import { passwordExpiresAt } from "@/server/domain/accounts/account-policy";
import type { Account } from "@/server/domain/accounts/read-account";

/** What can prove who somebody is. */
export type SignInMethod = "password" | "totp" | "recovery_code" | "passkey";

/**
 * What a sign-in needs next. Computed anew after each step from what is proved and what the account is by then, so that no
 * step can be taken in another order or left out.
 *
 * @param methods what this sign-in has proved so far
 */
export function nextStage(
  account: Pick<Account, "mustChangePassword" | "passwordChangedAt" | "policy">,
  hasSecondFactor: boolean,
  methods: readonly string[],
  now: Date,
): SignInStage {
  const isProved = methods.some((method) => method !== "password");
  if (hasSecondFactor && !isProved) return "second_factor";
  if (!hasSecondFactor && account.policy.mfaRequired) return "enrolment";
  const expiresAt = passwordExpiresAt(account.policy, account.passwordChangedAt);
  if (account.mustChangePassword || (expiresAt !== null && expiresAt <= now)) return "password_change";
  return "complete";
}
