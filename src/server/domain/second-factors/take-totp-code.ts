import type { DatabaseOrTransaction } from "@/server/db/client";
import { type AccountRef, ownerOf } from "@/server/domain/accounts/account-ref";
import type { ServiceContext } from "@/server/domain/service-context";
import { unseal } from "@/server/sealing/seal";
import { findTotpStep } from "./totp";

/**
 * Whether a code of the account's authenticator app is right, and takes it: no code counts twice, and none that is older
 * than one that was taken (RFC 6238, 5.2). Of two that come at the same moment one is taken.
 */
export async function takeTotpCode(
  tx: DatabaseOrTransaction,
  ctx: Pick<ServiceContext, "env" | "now">,
  account: AccountRef,
  code: string,
): Promise<boolean> {
  const row = await tx.totpCredential.findFirst({
    where: { ...ownerOf(account), confirmedAt: { not: null } },
  });
  if (!row) return false;
  const secret = new Uint8Array(unseal(ctx.env, "totp secret", row.id, row.sealedSecret));
  const step = findTotpStep(secret, code, ctx.now());
  if (step === null) return false;
  const { count } = await tx.totpCredential.updateMany({
    where: { id: row.id, sealedSecret: row.sealedSecret, lastStep: { lt: step } },
    data: { lastStep: step },
  });
  return count === 1;
}
