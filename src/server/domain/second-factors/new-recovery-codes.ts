import { AppError } from "@/lib/app-error";
import { checkCurrentPassword } from "@/server/domain/account-passwords/check-current-password";
import { accountOf, lockAccount } from "@/server/domain/accounts/account-ref";
import { requireStage } from "@/server/domain/accounts/own-account";
import type { AccountContext } from "@/server/domain/service-context";
import { hasSecondFactor } from "./has-second-factor";
import { replaceRecoveryCodes } from "./recovery-codes";
import { tellOfChange } from "./tell-of-change";

/**
 * Ten fresh recovery codes; the ones before are void.
 *
 * @throws AppError `PASSWORD_WRONG`; `NOT_FOUND` when the account has no second factor that they could stand in for
 */
export async function newRecoveryCodes(ctx: AccountContext, currentPassword: string): Promise<string[]> {
  requireStage(ctx, "complete");
  await checkCurrentPassword(ctx, currentPassword);
  const ref = accountOf(ctx.actor);
  return ctx.db.$transaction(async (tx) => {
    await lockAccount(tx, ref);
    if (!(await hasSecondFactor(tx, ref))) throw new AppError("NOT_FOUND");
    const codes = await replaceRecoveryCodes(tx, ctx, ref);
    await tellOfChange(tx, ctx, "recovery_codes.created", "recovery_codes");
    return codes;
  });
}
