import { z } from "zod";
import { AppError } from "@/lib/app-error";
import { accountOf, ownerOf } from "@/server/domain/accounts/account-ref";
import { requireStage } from "@/server/domain/accounts/own-account";
import type { AccountContext } from "@/server/domain/service-context";
import { passkeyNameSchema } from "./add-passkey";
import { tellOfChange } from "./tell-of-change";

export const renamePasskeyInput = z.strictObject({ passkeyId: z.uuid(), name: passkeyNameSchema });

/** @throws AppError `NOT_FOUND` when the account has no such passkey */
export async function renamePasskey(
  ctx: AccountContext,
  { passkeyId, name }: z.output<typeof renamePasskeyInput>,
): Promise<void> {
  requireStage(ctx, "complete");
  await ctx.db.$transaction(async (tx) => {
    const known = await tx.passkey.findFirst({
      where: { id: passkeyId, ...ownerOf(accountOf(ctx.actor)) },
    });
    if (!known) throw new AppError("NOT_FOUND");
    await tx.passkey.update({ where: { id: passkeyId }, data: { name } });
    await tellOfChange(tx, ctx, "passkey.renamed", null, {
      passkeyId,
      before: { name: known.name },
      after: { name },
    });
  });
}
