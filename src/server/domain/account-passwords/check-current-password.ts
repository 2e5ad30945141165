import { AppError } from "@/lib/app-error";
import { chargeTry, settleRight, settleWrong } from "@/server/auth/lockout";
import { verifyPassword } from "@/server/auth/password-hash";
import { accountSubject } from "@/server/domain/accounts/account-ref";
import { readOwnAccount } from "@/server/domain/accounts/own-account";
import { recordAuditEvent } from "@/server/domain/audit/record-audit-event";
import type { AccountContext } from "@/server/domain/service-context";

/**
 * Makes sure that whoever changes how the account is protected is its owner and not somebody at an unlocked screen (ASVS
 * 7.5.1). Wrong ones count as at sign-in, so that a stolen cookie is no way to guess the password; a locked account's right
 * password is refused with the same word.
 *
 * @throws AppError `PASSWORD_WRONG`
 */
export async function checkCurrentPassword(ctx: AccountContext, password: string | undefined): Promise<void> {
  // Not asked for yet: the form that asks comes next, and nothing was guessed.
  if (password === undefined) throw new AppError("PASSWORD_WRONG");
  const account = await readOwnAccount(ctx.db, ctx);
  const charge = await chargeTry(ctx.db, ctx, account.ref, account.policy);
  const isRight = await verifyPassword(account.passwordHash ?? undefined, password);
  if (isRight && !charge.locked) {
    await settleRight(ctx.db, account.ref, charge, false);
    return;
  }
  await ctx.db.$transaction(async (tx) => {
    await recordAuditEvent(tx, ctx, {
      action: "password.check_failed",
      subject: accountSubject(account.ref),
      companyId: account.company?.id ?? null,
    });
    await settleWrong(tx, ctx, account.ref, charge);
  });
  throw new AppError("PASSWORD_WRONG");
}
