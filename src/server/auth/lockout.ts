import { z } from "zod";
import type { DatabaseOrTransaction } from "@/server/db/client";
import type { AccountPolicy } from "@/server/domain/accounts/account-policy";
import { type AccountRef, accountSubject } from "@/server/domain/accounts/account-ref";
import { mailAccount } from "@/server/domain/accounts/mail-account";
import { readAccount } from "@/server/domain/accounts/read-account";
import { recordAuditEvent } from "@/server/domain/audit/record-audit-event";
import type { ServiceContext } from "@/server/domain/service-context";

const MINUTE_MS = 60_000;
/** A lock that only a person ends. */
export const LOCKED_UNTIL_UNLOCKED = new Date("9999-12-31T00:00:00Z");
/** The id of no account: what does not exist is charged in vain, with the same statement. */
const NO_ACCOUNT_ID = "00000000-0000-0000-0000-000000000000";

/**
 * What a try cost the account. `locked`: it was locked before, and whatever was typed is refused. `lockedUntil`: this try
 * used up the last of the wrong ones that are borne, and the account is locked until then unless the try proves right.
 */
export interface Charge {
  readonly locked: boolean;
  readonly lockedUntil: Date | null;
}

const chargedSchema = z.array(z.object({ lockedUntil: z.date().nullable() }));

/**
 * Counts a try on the account before it is known to be right or wrong, in one statement: of a hundred tries at the same
 * moment, from as many addresses, no more are looked at than the policy bears.
 *
 * @param account null: there is none. The statement is the same, so that it takes as long.
 */
export async function chargeTry(
  tx: DatabaseOrTransaction,
  ctx: Pick<ServiceContext, "now">,
  account: AccountRef | null,
  policy: Pick<AccountPolicy, "lockoutThreshold" | "lockoutMinutes">,
): Promise<Charge> {
  const now = ctx.now();
  const until =
    policy.lockoutMinutes === 0
      ? LOCKED_UNTIL_UNLOCKED
      : new Date(now.getTime() + policy.lockoutMinutes * MINUTE_MS);
  const id = account?.operatorId ?? account?.providerAccountId ?? NO_ACCOUNT_ID;
  const { lockoutThreshold } = policy;
  // A lock that is over leaves its date behind; the first try after it counts as the first again.
  const rows =
    account?.providerAccountId === undefined
      ? await tx.$queryRaw`
          UPDATE operator SET
            failed_sign_ins = CASE WHEN locked_until IS NULL THEN failed_sign_ins + 1 ELSE 1 END,
            locked_until = CASE WHEN locked_until IS NULL AND failed_sign_ins + 1 >= ${lockoutThreshold}::int
                                THEN ${until}::timestamptz END
          WHERE id = ${id}::uuid AND (locked_until IS NULL OR locked_until <= ${now}::timestamptz)
          RETURNING locked_until AS "lockedUntil"`
      : await tx.$queryRaw`
          UPDATE provider_account SET
            failed_sign_ins = CASE WHEN locked_until IS NULL THEN failed_sign_ins + 1 ELSE 1 END,
            locked_until = CASE WHEN locked_until IS NULL AND failed_sign_ins + 1 >= ${lockoutThreshold}::int
                                THEN ${until}::timestamptz END
          WHERE id = ${id}::uuid AND (locked_until IS NULL OR locked_until <= ${now}::timestamptz)
          RETURNING locked_until AS "lockedUntil"`;
  const [charged] = chargedSchema.parse(rows);
  return charged ? { locked: false, lockedUntil: charged.lockedUntil } : { locked: true, lockedUntil: null };
}

/** The try was wrong. When it was the last one borne, the account's owner is told, once a lock. */
export async function settleWrong(
  tx: DatabaseOrTransaction,
  ctx: Pick<ServiceContext, "env" | "actor" | "now" | "clientAddress">,
  ref: AccountRef | null,
  charge: Charge,
): Promise<void> {
  if (!ref || !charge.lockedUntil) return;
  const account = await readAccount(tx, ref);
  if (!account) return;
  const isEndless = charge.lockedUntil.getTime() === LOCKED_UNTIL_UNLOCKED.getTime();
  const until = isEndless ? null : charge.lockedUntil;
  await recordAuditEvent(tx, ctx, {
    action: "account.locked",
    subject: accountSubject(ref),
    companyId: account.company?.id ?? null,
    detail: { until: until?.toISOString() ?? null },
  });
  await mailAccount(tx, ctx, account, {
    template: "account_locked",
    name: account.name,
    code: account.code,
    companyName: account.company?.name ?? null,
    until,
    clientAddress: ctx.clientAddress,
  });
}

/**
 * The try was right: its charge is taken back.
 *
 * @param everything every factor of the account was right, so the wrong tries before it are forgiven too. A right password
 *   alone forgives nothing: otherwise whoever knows it could guess at codes for ever.
 */
export async function settleRight(
  tx: DatabaseOrTransaction,
  ref: AccountRef,
  charge: Charge,
  everything: boolean,
): Promise<void> {
  if (charge.locked) return;
  const data = {
    failedSignIns: everything ? 0 : { decrement: 1 },
    ...((everything || charge.lockedUntil) && { lockedUntil: null }),
  };
  // The check keeps two settlements of the same moment from going below nothing.
  const where = everything ? {} : { failedSignIns: { gt: 0 } };
  if (ref.operatorId === undefined)
    await tx.providerAccount.updateMany({ where: { id: ref.providerAccountId, ...where }, data });
  else await tx.operator.updateMany({ where: { id: ref.operatorId, ...where }, data });
}
