import type { RateLimiterRes } from "rate-limiter-flexible";
import { AppError } from "@/lib/app-error";
import type { ErrorCode } from "@/lib/error-table";
import type { Database } from "@/server/db/client";

/** The counters of a database client. They keep no state of their own; they are made once a client only to spare the work. */
export function countersPerDatabase<Counters>(
  create: (db: Database) => Counters,
): (db: Database) => Counters {
  const known = new WeakMap<Database, Counters>();
  return (db) => {
    const counters = known.get(db) ?? create(db);
    known.set(db, counters);
    return counters;
  };
}

/** A refusal that tells after how many seconds another try makes sense. */
export function throttledBy(because: RateLimiterRes, code: ErrorCode): AppError {
  return new AppError(code, { retryAfterSeconds: Math.max(1, Math.ceil(because.msBeforeNext / 1000)) });
}
