import { AppError } from "@/lib/app-error";
import { type AccountRef, accountOf, accountSubject } from "@/server/domain/accounts/account-ref";
import { readAccount } from "@/server/domain/accounts/read-account";
import { recordAuditEvent } from "@/server/domain/audit/record-audit-event";
import { checkPasskey } from "@/server/domain/second-factors/check-passkey";
import { takeRecoveryCode } from "@/server/domain/second-factors/recovery-codes";
import { takeTotpCode } from "@/server/domain/second-factors/take-totp-code";
import type { ServiceContext } from "@/server/domain/service-context";
import { type PartialSignIn, resolveSignIn } from "./current-sign-in";
import { type Charge, chargeTry, settleWrong } from "./lockout";
import { type Browser, letIn } from "./sign-in";
import type { SecondFactorInput } from "./sign-in-input";
import { admitSignIn, refundSignIn } from "./sign-in-throttle";

/**
 * Goes on with the sign-in of this browser whose password was right. Wrong codes count on the account as wrong passwords do,
 * and on a locked one no code is right; a right one is taken and counts never again.
 *
 * @returns the secret of the fresh sign-in that takes the pending one's place
 * @throws AppError `UNAUTHENTICATED` when this browser has no sign-in that waits for a second factor, `SECOND_FACTOR_FAILED`,
 *   `PASSKEY_FAILED`, `SIGN_IN_THROTTLED`; with everything right `COMPANY_SUSPENDED`, `NETWORK_REFUSED`
 */
export async function signInWithSecondFactor(
  ctx: ServiceContext,
  input: SecondFactorInput,
  browser: Browser,
): Promise<string> {
  await admitSignIn(ctx);
  const pending = await resolveSignIn(ctx.db, browser.formerSecret, ctx.now(), {
    touch: false,
    clientAddress: ctx.clientAddress,
  });
  if (pending?.stage !== "second_factor") throw new AppError("UNAUTHENTICATED");
  const ref = accountOf(pending.actor);
  const charge = await charged(ctx, ref);
  if (charge.locked || !(await isRight(ctx, input, pending))) {
    await ctx.db.$transaction(async (tx) => {
      await recordAuditEvent(tx, ctx, {
        action: "sign_in.failed",
        subject: accountSubject(ref),
        companyId: pending.actor.kind === "operator" ? pending.actor.companyId : null,
        detail: { method: input.method, ...(charge.locked && { why: "locked" }) },
      });
      await settleWrong(tx, ctx, ref, charge);
    });
    if (charge.lockedUntil) ctx.metrics.lockouts.inc();
    throw new AppError(input.method === "passkey" ? "PASSKEY_FAILED" : "SECOND_FACTOR_FAILED");
  }
  const opened = await letIn(ctx, ref, {
    methods: ["password", input.method],
    charge,
    continues: pending.actor.signInId,
    browser,
  });
  await refundSignIn(ctx);
  return opened.secret;
}

async function charged(ctx: ServiceContext, ref: AccountRef): Promise<Charge> {
  const account = await readAccount(ctx.db, ref);
  if (!account) throw new AppError("UNAUTHENTICATED");
  return chargeTry(ctx.db, ctx, ref, account.policy);
}

async function isRight(
  ctx: ServiceContext,
  input: SecondFactorInput,
  { actor }: PartialSignIn,
): Promise<boolean> {
  const account = accountOf(actor);
  switch (input.method) {
    case "totp":
      return takeTotpCode(ctx.db, ctx, account, input.code);
    case "recovery_code":
      return takeRecoveryCode(ctx.db, ctx, account, input.code);
    case "passkey":
      return (await checkPasskey(ctx.db, ctx, input.answer, { signInId: actor.signInId, account })).isRight;
  }
}
