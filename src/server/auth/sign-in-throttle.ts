import { createHmac } from "node:crypto";
import type { RateLimiterPostgres, RateLimiterRes } from "rate-limiter-flexible";
import { AppError } from "@/lib/app-error";
import type { Database } from "@/server/db/client";
import type { ServiceContext } from "@/server/domain/service-context";
import { addressKey } from "@/server/throttle/address-key";
import { createCounter } from "@/server/throttle/create-counter";

/**
 * How often a sign-in may be tried, whatever the account: wrong tries are counted by client address and all together, right
 * ones cost nothing. What a single account bears is counted on the account itself (lockout.ts).
 */
export const FAILURE_WINDOW_SECONDS = 15 * 60;
/** A company's whole office may sit behind one address. */
export const ADDRESS_FAILURES = 50;
/**
 * Wrong tries of everybody together. 10,000 people who mistype one password in ten on one morning stay far below it; past it
 * only addresses are let in that somebody has signed in from before, so that an attack from everywhere at once closes the
 * door to the attackers and not to the offices.
 */
export const GLOBAL_FAILURES = 3_000;
const KNOWN_ADDRESS_SECONDS = 30 * 24 * 60 * 60;
const GLOBAL_KEY = "all";
/** Passkey challenges that one address may ask for within the window: each is a row until it expires. */
const ADDRESS_CHALLENGES = 100;
/** Letters that may be asked for within the window, of one address and for one account. */
const ADDRESS_RESETS = 20;
const ACCOUNT_RESETS = 3;

interface Counters {
  readonly byAddress: RateLimiterPostgres;
  readonly overall: RateLimiterPostgres;
  readonly known: RateLimiterPostgres;
  readonly challenges: RateLimiterPostgres;
  readonly resetsByAddress: RateLimiterPostgres;
  readonly resetsByAccount: RateLimiterPostgres;
}
const countersOf = new WeakMap<Database, Counters>();

type ThrottleContext = Pick<ServiceContext, "db" | "env" | "clientAddress">;

/**
 * Charges a try before it is known to be right or wrong, so that tries at the same moment count as well.
 *
 * @throws AppError `SIGN_IN_THROTTLED`, with the seconds to wait
 */
export async function admitSignIn(ctx: ThrottleContext): Promise<void> {
  const { byAddress, overall, known } = counters(ctx.db);
  const address = addressKeyOf(ctx);
  const own = await byAddress.penalty(address);
  if (own.consumedPoints > ADDRESS_FAILURES) throw throttled(own);
  const all = await overall.penalty(GLOBAL_KEY);
  if (all.consumedPoints > GLOBAL_FAILURES && (await known.get(address)) === null) {
    await Promise.all([byAddress.reward(address), overall.reward(GLOBAL_KEY)]);
    throw throttled(all);
  }
}

/** Takes the charge of a right try back. */
export async function refundSignIn(ctx: ThrottleContext): Promise<void> {
  const { byAddress, overall } = counters(ctx.db);
  await Promise.all([byAddress.reward(addressKeyOf(ctx)), overall.reward(GLOBAL_KEY)]);
}

/** Remembers that somebody signed in from here, with every factor that the account has. */
export async function rememberAddress(ctx: ThrottleContext): Promise<void> {
  await counters(ctx.db).known.set(addressKeyOf(ctx), 1, KNOWN_ADDRESS_SECONDS);
}

/** @throws AppError `SIGN_IN_THROTTLED` when this address asks for more passkey challenges than a person could use */
export async function admitPasskeyChallenge(ctx: ThrottleContext): Promise<void> {
  const own = await counters(ctx.db).challenges.penalty(addressKeyOf(ctx));
  if (own.consumedPoints > ADDRESS_CHALLENGES) throw throttled(own);
}

/** Whether this address may ask for one more letter; whoever asks is told nothing. */
export async function admitsResetFrom(ctx: ThrottleContext): Promise<boolean> {
  const own = await counters(ctx.db).resetsByAddress.penalty(addressKeyOf(ctx));
  return own.consumedPoints <= ADDRESS_RESETS;
}

/** Whether the account may be sent one more letter. */
export async function admitsResetOf(ctx: ThrottleContext, subject: string): Promise<boolean> {
  const own = await counters(ctx.db).resetsByAccount.penalty(subject);
  return own.consumedPoints <= ACCOUNT_RESETS;
}

/** Keyed, for a person may type a password into the wrong field, and codes and addresses are few enough to try them all. */
export function keyedHash(
  ctx: Pick<ServiceContext, "env">,
  purpose: "sign-in account" | "sign-in address",
  text: string,
): Buffer {
  return createHmac("sha256", ctx.env.COOKIE_SECRET).update(`${purpose}\0${text}`).digest();
}

function throttled(because: RateLimiterRes): AppError {
  return new AppError("SIGN_IN_THROTTLED", {
    retryAfterSeconds: Math.max(1, Math.ceil(because.msBeforeNext / 1000)),
  });
}

function addressKeyOf(ctx: ThrottleContext): string {
  return keyedHash(ctx, "sign-in address", addressKey(ctx.clientAddress ?? "")).toString("base64url");
}

function counters(db: Database): Counters {
  const known = countersOf.get(db);
  if (known) return known;
  const counter = (prefix: string, points: number, durationSeconds = FAILURE_WINDOW_SECONDS) =>
    createCounter(db, prefix, { points, durationSeconds });
  const made = {
    byAddress: counter("sign_in_address", ADDRESS_FAILURES),
    overall: counter("sign_in_global", GLOBAL_FAILURES),
    known: counter("sign_in_known", 1, KNOWN_ADDRESS_SECONDS),
    challenges: counter("passkey_challenge", ADDRESS_CHALLENGES),
    resetsByAddress: counter("reset_address", ADDRESS_RESETS),
    resetsByAccount: counter("reset_account", ACCOUNT_RESETS),
  };
  countersOf.set(db, made);
  return made;
}
