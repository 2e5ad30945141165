import type { Database } from "@/server/db/client";
import { addressKey } from "@/server/throttle/address-key";
import { countersPerDatabase, throttledBy } from "@/server/throttle/counters-per-database";
import { createCounter } from "@/server/throttle/create-counter";
import { ADDRESS_MISSES, GLOBAL_BUDGET, SPACE_BUDGET, STRICT_TRY_SECONDS, WINDOW_SECONDS } from "./budgets";

/** Digits that name a number space: the first three, 900 spaces of 1,000 numbers. */
const SPACE_DIGITS = 3;
const GLOBAL_KEY = "all";

/** An admitted try. */
export interface Admission {
  /** The number was right: the try costs nothing. */
  refund(): Promise<void>;
}

/**
 * Lets a try at a reception number in, or refuses it. A try is charged before it is made and refunded when the number was
 * right; so a hundred tries at the same instant cannot all slip in under one budget. A refused try costs nobody but its
 * own address anything, so that one address that keeps trying cannot use up what everybody shares.
 *
 * @param digits a number in its canonical form
 * @throws AppError RECEPTION_THROTTLED with the seconds until another try makes sense
 */
export async function admitRedemption(
  ctx: { db: Database; clientAddress: string | null },
  digits: string,
): Promise<Admission> {
  const counters = countersOf(ctx.db);
  const address = addressKey(ctx.clientAddress ?? "");
  const space = digits.slice(0, SPACE_DIGITS);

  const own = await counters.address.penalty(address);
  if (own.consumedPoints > ADDRESS_MISSES) throw throttledBy(own, "RECEPTION_THROTTLED");

  const [inSpace, overall] = await Promise.all([
    counters.space.penalty(space),
    counters.global.penalty(GLOBAL_KEY),
  ]);
  const refundShared = async () => {
    await Promise.all([counters.space.reward(space), counters.global.reward(GLOBAL_KEY)]);
  };
  const refund = async () => {
    await Promise.all([counters.address.reward(address), refundShared()]);
  };

  const closed =
    inSpace.consumedPoints > SPACE_BUDGET.closedFrom
      ? inSpace
      : overall.consumedPoints > GLOBAL_BUDGET.closedFrom
        ? overall
        : null;
  if (closed) {
    await refund();
    throw throttledBy(closed, "RECEPTION_THROTTLED");
  }
  const strict =
    inSpace.consumedPoints > SPACE_BUDGET.strictFrom || overall.consumedPoints > GLOBAL_BUDGET.strictFrom;
  if (strict) {
    // The try itself is the one point; any more are misses, or other tries of this very moment.
    if (own.consumedPoints > 1) {
      await refundShared();
      throw throttledBy(own, "RECEPTION_THROTTLED");
    }
    const tries = await counters.strictTry.penalty(address);
    if (tries.consumedPoints > 1) {
      await refund();
      throw throttledBy(tries, "RECEPTION_THROTTLED");
    }
  }
  return { refund };
}

const countersOf = countersPerDatabase(createCounters);

function createCounters(db: Database) {
  const durationSeconds = WINDOW_SECONDS;
  return {
    address: createCounter(db, "redeem-address", { points: ADDRESS_MISSES, durationSeconds }),
    space: createCounter(db, "redeem-space", { points: SPACE_BUDGET.closedFrom, durationSeconds }),
    global: createCounter(db, "redeem-global", { points: GLOBAL_BUDGET.closedFrom, durationSeconds }),
    strictTry: createCounter(db, "redeem-strict", { points: 1, durationSeconds: STRICT_TRY_SECONDS }),
  };
}
