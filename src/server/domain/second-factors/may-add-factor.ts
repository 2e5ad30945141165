import { AppError } from "@/lib/app-error";
import { advanceSignIn } from "@/server/auth/open-sign-in";
import { revokeSignInsOf } from "@/server/auth/revoke-sign-ins";
import type { SignInMethod } from "@/server/auth/sign-in-stage";
import type { DatabaseOrTransaction } from "@/server/db/client";
import { checkCurrentPassword } from "@/server/domain/account-passwords/check-current-password";
import { accountOf, lockAccount } from "@/server/domain/accounts/account-ref";
import { requireStage } from "@/server/domain/accounts/own-account";
import type { AccountContext } from "@/server/domain/service-context";
import { hasSecondFactor } from "./has-second-factor";

/**
 * Who may begin to set up a second factor: whoever must before anything else, having just given the password, and whoever
 * gives the password again.
 *
 * @throws AppError `PASSWORD_WRONG`, `SIGN_IN_INCOMPLETE`
 */
export async function checkMayAddFactor(
  ctx: AccountContext,
  currentPassword: string | undefined,
): Promise<void> {
  if (ctx.stage === "enrolment") await checkStillFirst(ctx.db, ctx);
  else {
    requireStage(ctx, "complete");
    await checkCurrentPassword(ctx, currentPassword);
  }
}

/**
 * Holds the account and makes sure that a sign-in which was let in without a second factor does not add one beside a factor
 * that the account has got meanwhile: that would be a way around it.
 *
 * @throws AppError `SIGN_IN_INCOMPLETE`
 */
export async function holdForNewFactor(tx: DatabaseOrTransaction, ctx: AccountContext): Promise<void> {
  requireStage(ctx, "enrolment", "complete");
  await lockAccount(tx, accountOf(ctx.actor));
  if (ctx.stage === "enrolment") await checkStillFirst(tx, ctx);
}

async function checkStillFirst(tx: DatabaseOrTransaction, ctx: AccountContext): Promise<void> {
  if (await hasSecondFactor(tx, accountOf(ctx.actor))) throw new AppError("SIGN_IN_INCOMPLETE");
}

/**
 * The account has got a factor: a sign-in that waited for it goes on, and any other that waits for the same ends.
 *
 * @returns the secret of the sign-in that goes on; null: this one was complete before
 */
export async function finishEnrolment(
  tx: DatabaseOrTransaction,
  ctx: AccountContext,
  method: SignInMethod,
): Promise<string | null> {
  const { signInId } = ctx.actor;
  await revokeSignInsOf(tx, ctx, accountOf(ctx.actor), signInId, "enrolment");
  return (await advanceSignIn(tx, ctx, signInId, method))?.secret ?? null;
}
