import type { DatabaseOrTransaction } from "@/server/db/client";
import type { OperatorActor, ProviderActor } from "@/server/domain/service-context";

/** An account by its id: an operator's or one of the provider's. */
export type AccountRef =
  | { readonly operatorId: string; readonly providerAccountId?: undefined }
  | { readonly providerAccountId: string; readonly operatorId?: undefined };

/** The account of whoever is signed in. */
export function accountOf(actor: OperatorActor | ProviderActor): AccountRef {
  return actor.kind === "operator"
    ? { operatorId: actor.operatorId }
    : { providerAccountId: actor.providerAccountId };
}

/** The two columns that say whose a row is, for `data` and for `where`; the other one is null. */
export function ownerOf(account: AccountRef): {
  readonly operatorId: string | null;
  readonly providerAccountId: string | null;
} {
  return { operatorId: account.operatorId ?? null, providerAccountId: account.providerAccountId ?? null };
}

/** The account behind a row's two columns; null when it has neither. */
export function accountOfRow(row: {
  readonly operatorId: string | null;
  readonly providerAccountId: string | null;
}): AccountRef | null {
  if (row.operatorId !== null) return { operatorId: row.operatorId };
  return row.providerAccountId === null ? null : { providerAccountId: row.providerAccountId };
}

/** The account as the audit log writes it. */
export function accountSubject(account: AccountRef): string {
  return account.operatorId === undefined
    ? `provider:${account.providerAccountId}`
    : `operator:${account.operatorId}`;
}

/** Holds the account's row until the transaction ends, so that changes of one account come one after the other. */
export async function lockAccount(tx: DatabaseOrTransaction, account: AccountRef): Promise<void> {
  if (account.operatorId === undefined)
    await tx.$queryRaw`SELECT id FROM provider_account WHERE id = ${account.providerAccountId}::uuid FOR UPDATE`;
  else await tx.$queryRaw`SELECT id FROM operator WHERE id = ${account.operatorId}::uuid FOR UPDATE`;
}
