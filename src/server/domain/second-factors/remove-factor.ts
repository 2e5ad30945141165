import { z } from "zod";
import { AppError } from "@/lib/app-error";
import type { DatabaseOrTransaction } from "@/server/db/client";
import { checkCurrentPassword } from "@/server/domain/account-passwords/check-current-password";
import { type AccountRef, lockAccount, ownerOf } from "@/server/domain/accounts/account-ref";
import { readOwnAccount, requireStage } from "@/server/domain/accounts/own-account";
import type { AccountContext } from "@/server/domain/service-context";
import { hasSecondFactor } from "./has-second-factor";
import { tellOfChange } from "./tell-of-change";

const currentPassword = z.string().min(1).max(200);
export const removeTotpInput = z.strictObject({ currentPassword });
export const removePasskeyInput = z.strictObject({ passkeyId: z.uuid(), currentPassword });

/**
 * Takes the authenticator app away.
 *
 * @throws AppError `PASSWORD_WRONG`; `NOT_FOUND` when there is none; `SECOND_FACTOR_REQUIRED` when it is the last one and the
 *   policy asks for one
 */
export function removeTotp(ctx: AccountContext, password: string): Promise<void> {
  return removeFactor(ctx, password, async (tx, ref) => {
    const { count } = await tx.totpCredential.deleteMany({
      where: { ...ownerOf(ref), confirmedAt: { not: null } },
    });
    if (count === 0) throw new AppError("NOT_FOUND");
    await tellOfChange(tx, ctx, "totp.removed", "totp_removed");
  });
}

/** Takes a passkey away; otherwise like {@link removeTotp}. */
export function removePasskey(ctx: AccountContext, passkeyId: string, password: string): Promise<void> {
  return removeFactor(ctx, password, async (tx, ref) => {
    const known = await tx.passkey.findFirst({ where: { id: passkeyId, ...ownerOf(ref) } });
    if (!known) throw new AppError("NOT_FOUND");
    await tx.passkey.delete({ where: { id: passkeyId } });
    await tellOfChange(tx, ctx, "passkey.removed", "passkey_removed", { passkeyId, name: known.name });
  });
}

async function removeFactor(
  ctx: AccountContext,
  password: string,
  remove: (tx: DatabaseOrTransaction, ref: AccountRef) => Promise<void>,
): Promise<void> {
  requireStage(ctx, "complete");
  await checkCurrentPassword(ctx, password);
  await ctx.db.$transaction(async (tx) => {
    const { ref, policy } = await readOwnAccount(tx, ctx);
    // Held, so that two removals at the same moment cannot each leave the other's factor as the last.
    await lockAccount(tx, ref);
    await remove(tx, ref);
    if (await hasSecondFactor(tx, ref)) return;
    if (policy.mfaRequired) throw new AppError("SECOND_FACTOR_REQUIRED");
    await tx.recoveryCode.deleteMany({ where: ownerOf(ref) });
  });
}
