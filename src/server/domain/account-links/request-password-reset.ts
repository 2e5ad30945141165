import { z } from "zod";
import { findCandidate, type TypedAccount } from "@/server/auth/find-candidate";
import { normalizeCode } from "@/server/auth/sign-in-input";
import { admitsResetFrom, admitsResetOf } from "@/server/auth/sign-in-throttle";
import { accountSubject } from "@/server/domain/accounts/account-ref";
import { mailAccount } from "@/server/domain/accounts/mail-account";
import { readAccount } from "@/server/domain/accounts/read-account";
import { recordAuditEvent } from "@/server/domain/audit/record-audit-event";
import type { ServiceContext } from "@/server/domain/service-context";
import { isMailPossible } from "@/server/mail/is-mail-possible";
import { createAccountLink } from "./create-account-link";

const typedCode = z.string().min(1).max(200).transform(normalizeCode).pipe(z.string().min(1).max(200));

export const forgotPasswordInput = z.strictObject({
  /** Null: an account of the people who run the service. */
  companyCode: typedCode.nullable(),
  code: typedCode,
});
type ForgotPassword = z.output<typeof forgotPasswordInput>;

/**
 * Sends the account's owner a link to choose a new password. Whoever asks learns nothing: the answer is given before
 * anything is looked up, so it is the same and takes as long whether or not there is such an account, whether it has an
 * e-mail address, is disabled or was asked for too often.
 */
export function requestPasswordReset(ctx: ServiceContext, input: ForgotPassword): void {
  // Nobody awaits it, so whatever goes wrong ends here.
  sendLink(ctx, input).catch((error: unknown) =>
    ctx.log.error({ err: error }, "a password link could not be sent"),
  );
}

async function sendLink(ctx: ServiceContext, { companyCode, code }: ForgotPassword): Promise<void> {
  if (!isMailPossible(ctx.env) || !(await admitsResetFrom(ctx))) return;
  const typed: TypedAccount =
    companyCode === null
      ? { kind: "provider", providerCode: code }
      : { kind: "operator", companyCode, operatorCode: code };
  const { ref, isGone } = await findCandidate(ctx, typed);
  if (!ref || isGone || !(await admitsResetOf(ctx, accountSubject(ref)))) return;
  await ctx.db.$transaction(async (tx) => {
    const account = await readAccount(tx, ref);
    // Somebody who was invited has a link that must go on working, and an administrator who can send another.
    if (!account || account.email === null || account.passwordHash === null) return;
    const url = await createAccountLink(tx, ctx, { ...ref, purpose: "password_reset" });
    await recordAuditEvent(tx, ctx, {
      action: "password.reset_requested",
      subject: accountSubject(ref),
      companyId: account.company?.id ?? null,
    });
    await mailAccount(tx, ctx, account, {
      template: "password_reset",
      name: account.name,
      code: account.code,
      url: url.href,
    });
  });
}
