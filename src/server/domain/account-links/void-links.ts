import type { DatabaseOrTransaction } from "@/server/db/client";
import { type AccountRef, ownerOf } from "@/server/domain/accounts/account-ref";

/** Makes every link of the account that nobody has used yet worthless. */
export async function voidLinks(tx: DatabaseOrTransaction, account: AccountRef): Promise<void> {
  await tx.accountLink.deleteMany({ where: { ...ownerOf(account), usedAt: null } });
}
