import { createHmac } from "node:crypto";
import { type RateLimiterPostgres, RateLimiterRes } from "rate-limiter-flexible";
import { AppError } from "@/lib/app-error";
import type { Database } from "@/server/db/client";
import { newId } from "@/server/db/new-id";
import { recordAuditEvent } from "@/server/domain/audit/record-audit-event";
import { addressKey } from "@/server/domain/redemption-throttle/address-key";
import { createCounter } from "@/server/domain/redemption-throttle/counter-store";
import type { ServiceContext } from "@/server/domain/service-context";

/**
 * How often a sign-in may be tried, and what is written down about each try.
 *
 * Wrong tries are counted per account that was typed (whether it exists or not, so that the limit tells nothing) and per
 * client address; right ones cost nothing. With 10 tries in 15 minutes an account bears fewer than 1,000 guesses a day,
 * and it opens again by itself. Locking an account until somebody unlocks it builds on the recorded attempts.
 */
export const ACCOUNT_FAILURES = 10;
/** A company's whole office may sit behind one address. */
export const ADDRESS_FAILURES = 50;
export const FAILURE_WINDOW_SECONDS = 15 * 60;

/** The account that was typed. */
export type TypedAccount =
  | { readonly kind: "operator"; readonly companyCode: string; readonly operatorCode: string }
  | { readonly kind: "provider"; readonly providerCode: string };

/** One try, from being let in to its outcome. */
export interface SignInTry {
  readonly accountKey: Uint8Array<ArrayBuffer>;
  readonly addressKey: string;
}

/** What the database knew of the typed account; null where it knew nothing. */
export interface KnownAccount {
  readonly companyId: string | null;
  readonly operatorId: string | null;
  readonly providerAccountId: string | null;
}

interface Counters {
  readonly byAccount: RateLimiterPostgres;
  readonly byAddress: RateLimiterPostgres;
}
const countersOf = new WeakMap<Database, Counters>();

/**
 * Charges a try before it is known to be right or wrong, so that tries at the same moment count as well.
 *
 * @throws AppError `SIGN_IN_THROTTLED`, with the seconds to wait
 */
export async function admitSignIn(ctx: ServiceContext, account: TypedAccount): Promise<SignInTry> {
  const attempt = { accountKey: accountKeyOf(ctx, account), addressKey: addressKeyOf(ctx) };
  const { byAccount, byAddress } = counters(ctx.db);
  await charge(byAddress, attempt.addressKey);
  await charge(byAccount, Buffer.from(attempt.accountKey).toString("base64url"));
  return attempt;
}

/** Writes down a wrong try. */
export async function recordFailure(
  ctx: ServiceContext,
  attempt: SignInTry,
  known: KnownAccount,
): Promise<void> {
  await ctx.db.$transaction((tx) => record(tx, ctx, attempt, known, "sign_in.failed"));
}

/** Writes down a right try; `tx` is the transaction that makes the sign-in. */
export async function recordSuccess(
  tx: Parameters<typeof recordAuditEvent>[0],
  ctx: ServiceContext,
  attempt: SignInTry,
  known: KnownAccount,
): Promise<void> {
  await record(tx, ctx, attempt, known, "sign_in.succeeded");
}

/** Takes the charge of a right try back, and with it the account's former wrong ones. */
export async function refundSignIn(ctx: ServiceContext, attempt: SignInTry): Promise<void> {
  const { byAccount, byAddress } = counters(ctx.db);
  await byAccount.delete(Buffer.from(attempt.accountKey).toString("base64url"));
  await byAddress.reward(attempt.addressKey, 1);
}

async function record(
  tx: Parameters<typeof recordAuditEvent>[0],
  ctx: ServiceContext,
  attempt: SignInTry,
  known: KnownAccount,
  action: "sign_in.succeeded" | "sign_in.failed",
): Promise<void> {
  const subject = describeAccount(known);
  const succeeded = action === "sign_in.succeeded";
  await tx.signInAttempt.create({
    data: {
      id: newId(),
      accountKey: attempt.accountKey,
      operatorId: known.operatorId,
      clientAddress: ctx.clientAddress ?? "",
      succeeded,
      at: ctx.now(),
    },
  });
  await recordAuditEvent(tx, ctx, {
    action,
    subject,
    companyId: known.companyId,
    ...(succeeded && subject !== null && { actor: subject }),
  });
}

function describeAccount({ operatorId, providerAccountId }: KnownAccount): string | null {
  if (operatorId) return `operator:${operatorId}`;
  return providerAccountId ? `provider:${providerAccountId}` : null;
}

async function charge(counter: RateLimiterPostgres, key: string): Promise<void> {
  try {
    await counter.consume(key, 1);
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw refusal;
    throw new AppError("SIGN_IN_THROTTLED", { retryAfterSeconds: Math.ceil(refusal.msBeforeNext / 1000) });
  }
}

/** Keyed, for a person may type a password into the wrong field, and codes are few enough to try them all. */
function accountKeyOf(ctx: ServiceContext, account: TypedAccount): Uint8Array<ArrayBuffer> {
  const text = JSON.stringify(
    account.kind === "operator"
      ? ["operator", account.companyCode, account.operatorCode]
      : ["provider", account.providerCode],
  );
  return new Uint8Array(keyedHash(ctx, "sign-in account", text));
}

function addressKeyOf(ctx: ServiceContext): string {
  return keyedHash(ctx, "sign-in address", addressKey(ctx.clientAddress ?? "")).toString("base64url");
}

function keyedHash(ctx: ServiceContext, purpose: string, text: string): Buffer {
  return createHmac("sha256", ctx.env.COOKIE_SECRET).update(`${purpose}\0${text}`).digest();
}

function counters(db: Database): Counters {
  let found = countersOf.get(db);
  if (!found) {
    found = {
      byAccount: createCounter(db, "sign_in_account", {
        points: ACCOUNT_FAILURES,
        durationSeconds: FAILURE_WINDOW_SECONDS,
      }),
      byAddress: createCounter(db, "sign_in_address", {
        points: ADDRESS_FAILURES,
        durationSeconds: FAILURE_WINDOW_SECONDS,
      }),
    };
    countersOf.set(db, found);
  }
  return found;
}
