import type { Database } from "@/server/db/client";
import { addressKey } from "@/server/throttle/address-key";
import { countersPerDatabase, throttledBy } from "@/server/throttle/counters-per-database";
import { createCounter } from "@/server/throttle/create-counter";

/**
 * How many wrong tokens and secrets are borne within one window, which is a token's life. Both have 128 bits or more, so that no number
 * of tries finds one; what the budgets spare is the database.
 */
const WINDOW_SECONDS = 600;
/** Misses of one address (an IPv4 address, an IPv6 /64): many more than programs that were started late or twice. */
export const ADDRESS_MISSES = 30;
/** Misses of everybody together. */
export const GLOBAL_MISSES = 3_000;
/** Calls with one pairing's secret, right as they are: a tool that comes back every other second is within it. */
export const CALLS_PER_PAIRING = 300;
/** Pairings that one session's customer can ask for. */
export const PAIRINGS_PER_SESSION = 20;
const GLOBAL_KEY = "all";

type Context = { readonly db: Database; readonly clientAddress: string | null };

/** An admitted try. */
export interface Admission {
  /** The token or secret was right: the try costs nothing. */
  refund(): Promise<void>;
}

/**
 * Lets a try at a token or a secret in, or refuses it. It is charged before it is made, so that many tries of the same instant cannot
 * all slip in under one budget.
 *
 * @throws AppError PAIRING_THROTTLED with the seconds until another try makes sense
 */
export async function admitPairing(ctx: Context): Promise<Admission> {
  const counters = countersOf(ctx.db);
  const address = addressKey(ctx.clientAddress ?? "");
  const own = await counters.address.penalty(address);
  // A refused try costs nobody but its own address anything.
  if (own.consumedPoints > ADDRESS_MISSES) throw throttledBy(own, "PAIRING_THROTTLED");
  const overall = await counters.global.penalty(GLOBAL_KEY);
  const refund = async () => {
    await Promise.all([counters.address.reward(address), counters.global.reward(GLOBAL_KEY)]);
  };
  if (overall.consumedPoints > GLOBAL_MISSES) {
    await refund();
    throw throttledBy(overall, "PAIRING_THROTTLED");
  }
  return { refund };
}

/** @throws AppError PAIRING_THROTTLED when a session's customer asks for too many pairings */
export async function chargeSession(ctx: Context, sessionId: string): Promise<void> {
  const charged = await countersOf(ctx.db).session.penalty(sessionId);
  if (charged.consumedPoints > PAIRINGS_PER_SESSION) throw throttledBy(charged, "PAIRING_THROTTLED");
}

/** @throws AppError PAIRING_THROTTLED when a tool whose secret is right calls too often */
export async function chargePairing(ctx: Context, pairingId: string): Promise<void> {
  const charged = await countersOf(ctx.db).pairing.penalty(pairingId);
  if (charged.consumedPoints > CALLS_PER_PAIRING) throw throttledBy(charged, "PAIRING_THROTTLED");
}

const countersOf = countersPerDatabase(createCounters);

function createCounters(db: Database) {
  const durationSeconds = WINDOW_SECONDS;
  return {
    address: createCounter(db, "pair-address", { points: ADDRESS_MISSES, durationSeconds }),
    global: createCounter(db, "pair-global", { points: GLOBAL_MISSES, durationSeconds }),
    session: createCounter(db, "pair-session", { points: PAIRINGS_PER_SESSION, durationSeconds }),
    pairing: createCounter(db, "pair-calls", { points: CALLS_PER_PAIRING, durationSeconds }),
  };
}
