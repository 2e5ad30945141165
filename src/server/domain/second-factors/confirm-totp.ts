import { z } from "zod";
import { AppError } from "@/lib/app-error";
import { accountOf, ownerOf } from "@/server/domain/accounts/account-ref";
import type { AccountContext } from "@/server/domain/service-context";
import { unseal } from "@/server/sealing/seal";
import { finishEnrolment, holdForNewFactor } from "./may-add-factor";
import { firstRecoveryCodes } from "./recovery-codes";
import { tellOfChange } from "./tell-of-change";
import { findTotpStep } from "./totp";

export const confirmTotpInput = z.strictObject({ code: z.string().max(20) });

/** What setting up a factor gave. */
export interface AddedFactor {
  /** Null: the account had some already. They are shown this once. */
  readonly recoveryCodes: string[] | null;
  /** Of the sign-in that goes on, if this was what it waited for. */
  readonly signInSecret: string | null;
}

/**
 * The first code of the app that was begun with: from now on the app counts, in place of the one before it.
 *
 * @throws AppError `SECOND_FACTOR_FAILED`, `SIGN_IN_INCOMPLETE`
 */
export async function confirmTotp(ctx: AccountContext, code: string): Promise<AddedFactor> {
  const ref = accountOf(ctx.actor);
  return ctx.db.$transaction(async (tx) => {
    await holdForNewFactor(tx, ctx);
    const row = await tx.totpCredential.findFirst({ where: ownerOf(ref) });
    const sealed = row?.confirmedAt ? row.sealedReplacement : row?.sealedSecret;
    if (!row || !sealed) throw new AppError("SECOND_FACTOR_FAILED");
    const secret = new Uint8Array(unseal(ctx.env, "totp secret", row.id, sealed));
    const step = findTotpStep(secret, code, ctx.now());
    if (step === null) throw new AppError("SECOND_FACTOR_FAILED");
    await tx.totpCredential.update({
      where: { id: row.id },
      // The code that confirmed it is taken: it opens nothing.
      data: { sealedSecret: sealed, sealedReplacement: null, confirmedAt: ctx.now(), lastStep: step },
    });
    await tellOfChange(tx, ctx, row.confirmedAt ? "totp.replaced" : "totp.added", "totp_added");
    const recoveryCodes = await firstRecoveryCodes(tx, ctx, ref);
    return { recoveryCodes, signInSecret: await finishEnrolment(tx, ctx, "totp") };
  });
}
