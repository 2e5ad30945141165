import { AppError } from "@/lib/app-error";
import type { Database } from "@/server/db/client";
import { addressKey } from "@/server/throttle/address-key";
import { createCounter } from "@/server/throttle/create-counter";

/** Checks that one address (an IPv4 address, an IPv6 /64) may begin in a window: somebody who tries one thing after another. */
const ADDRESS_CHECKS = 20;
const WINDOW_SECONDS = 600;

type Counter = ReturnType<typeof createCounter>;
const counterByDatabase = new WeakMap<Database, Counter>();

/**
 * Lets a check begin. How many run at a time, each relay limits for itself.
 *
 * @throws AppError CHECK_LIMIT with the seconds until another makes sense
 */
export async function admitCheck(ctx: { db: Database; clientAddress: string | null }): Promise<void> {
  const counter =
    counterByDatabase.get(ctx.db) ??
    createCounter(ctx.db, "check-address", { points: ADDRESS_CHECKS, durationSeconds: WINDOW_SECONDS });
  counterByDatabase.set(ctx.db, counter);
  const begun = await counter.penalty(addressKey(ctx.clientAddress ?? ""));
  if (begun.consumedPoints <= ADDRESS_CHECKS) return;
  throw new AppError("CHECK_LIMIT", {
    retryAfterSeconds: Math.max(1, Math.ceil(begun.msBeforeNext / 1000)),
  });
}
