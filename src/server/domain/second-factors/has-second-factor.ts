import type { DatabaseOrTransaction } from "@/server/db/client";
import { type AccountRef, ownerOf } from "@/server/domain/accounts/account-ref";

/** Whether somebody who signs in to the account must show more than the password. Recovery codes alone are no factor. */
export async function hasSecondFactor(tx: DatabaseOrTransaction, account: AccountRef): Promise<boolean> {
  const [totps, passkeys] = await countSecondFactors(tx, account);
  return totps + passkeys > 0;
}

/** How many the account has: authenticator apps (0 or 1) and passkeys. */
export async function countSecondFactors(
  tx: DatabaseOrTransaction,
  account: AccountRef,
): Promise<readonly [totps: number, passkeys: number]> {
  const totps = await tx.totpCredential.count({ where: { ...ownerOf(account), confirmedAt: { not: null } } });
  return [totps, await tx.passkey.count({ where: ownerOf(account) })];
}
