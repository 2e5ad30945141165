import { z } from "zod";
import { newId } from "@/server/db/new-id";
import { lockAccount, ownerOf } from "@/server/domain/accounts/account-ref";
import { readOwnAccount } from "@/server/domain/accounts/own-account";
import type { AccountContext } from "@/server/domain/service-context";
import { seal } from "@/server/sealing/seal";
import { checkMayAddFactor } from "./may-add-factor";
import { createTotpSecret, describeTotpSecret } from "./totp";

export const beginFactorInput = z.strictObject({ currentPassword: z.string().max(200).optional() });

export const begunTotpSchema = z.object({ secret: z.string(), uri: z.string() });

/**
 * A secret for an authenticator app, the account's first or the one that shall replace it. It counts only once a code of it
 * has been typed; until then an app that the account has goes on working.
 *
 * @throws AppError `PASSWORD_WRONG`, `SIGN_IN_INCOMPLETE`
 */
export async function beginTotp(
  ctx: AccountContext,
  { currentPassword }: z.output<typeof beginFactorInput>,
): Promise<z.output<typeof begunTotpSchema>> {
  await checkMayAddFactor(ctx, currentPassword);
  const account = await readOwnAccount(ctx.db, ctx);
  const secret = createTotpSecret();
  await ctx.db.$transaction(async (tx) => {
    await lockAccount(tx, account.ref);
    const known = await tx.totpCredential.findFirst({ where: ownerOf(account.ref) });
    const id = known?.id ?? newId();
    const sealed = seal(ctx.env, "totp secret", id, secret);
    if (!known)
      await tx.totpCredential.create({
        data: { id, ...ownerOf(account.ref), sealedSecret: sealed, createdAt: ctx.now() },
      });
    else
      await tx.totpCredential.update({
        where: { id },
        data: known.confirmedAt ? { sealedReplacement: sealed } : { sealedSecret: sealed },
      });
  });
  const label = account.company ? `${account.company.code}/${account.code}` : account.code;
  return describeTotpSecret(secret, label);
}
