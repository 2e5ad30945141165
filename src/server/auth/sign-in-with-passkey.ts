import { AppError } from "@/lib/app-error";
import { accountSubject } from "@/server/domain/accounts/account-ref";
import { readAccount } from "@/server/domain/accounts/read-account";
import { recordAuditEvent } from "@/server/domain/audit/record-audit-event";
import { checkPasskey } from "@/server/domain/second-factors/check-passkey";
import type { ServiceContext } from "@/server/domain/service-context";
import type { Charge } from "./lockout";
import { type Browser, letIn } from "./sign-in";
import type { PasskeySignInInput } from "./sign-in-input";
import { admitSignIn, refundSignIn } from "./sign-in-throttle";

/** A signature cannot be guessed, so nothing is counted on the account. */
const NO_CHARGE: Charge = { locked: true, lockedUntil: null };

/**
 * Signs somebody in with a passkey alone, an operator or one of the provider's people. The authenticator has verified who
 * holds it, so it is both factors at once. A locked account stays closed to it too: a lock means that somebody is at work.
 *
 * @returns the secret of the new sign-in
 * @throws AppError `PASSKEY_FAILED`, `SIGN_IN_THROTTLED`; with everything right `COMPANY_SUSPENDED`, `NETWORK_REFUSED`
 */
export async function signInWithPasskey(
  ctx: ServiceContext,
  { response: answer }: PasskeySignInInput,
  browser: Browser,
): Promise<string> {
  await admitSignIn(ctx);
  const { account: ref, isRight } = await checkPasskey(ctx.db, ctx, answer, null);
  const account = ref && (await readAccount(ctx.db, ref));
  const isLocked = account?.lockedUntil ? account.lockedUntil > ctx.now() : false;
  if (!account || !isRight || isLocked || account.isGone) {
    await recordAuditEvent(ctx.db, ctx, {
      action: "sign_in.failed",
      subject: ref && accountSubject(ref),
      companyId: account?.company?.id ?? null,
      detail: { method: "passkey", ...(isRight && isLocked && { why: "locked" }) },
    });
    throw new AppError("PASSKEY_FAILED");
  }
  const opened = await letIn(ctx, account.ref, { methods: ["passkey"], charge: NO_CHARGE, browser });
  await refundSignIn(ctx);
  return opened.secret;
}
