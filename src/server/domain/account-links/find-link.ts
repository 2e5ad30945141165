import { AppError } from "@/lib/app-error";
import { hashRandomSecret } from "@/server/auth/random-secret";
import type { DatabaseOrTransaction } from "@/server/db/client";
import type { AccountLinkPurpose } from "@/server/db/generated/client";
import { accountOfRow } from "@/server/domain/accounts/account-ref";
import { type Account, readAccount } from "@/server/domain/accounts/read-account";
import type { ServiceContext } from "@/server/domain/service-context";

export interface FoundLink {
  readonly linkId: string;
  readonly purpose: AccountLinkPurpose;
  readonly account: Account;
}

/**
 * The link that a secret stands for, as long as it works. Unknown, used and late ones, and those of accounts that are gone,
 * are answered alike.
 *
 * @throws AppError `LINK_INVALID`
 */
export async function findLink(
  tx: DatabaseOrTransaction,
  ctx: Pick<ServiceContext, "now">,
  secret: string,
): Promise<FoundLink> {
  const secretHash = hashRandomSecret(secret);
  const row =
    secretHash &&
    (await tx.accountLink.findFirst({ where: { secretHash, usedAt: null, expiresAt: { gt: ctx.now() } } }));
  const ref = row && accountOfRow(row);
  const account = ref && (await readAccount(tx, ref));
  if (!account || account.isGone) throw new AppError("LINK_INVALID");
  return { linkId: row.id, purpose: row.purpose, account };
}
