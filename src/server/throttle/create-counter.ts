import { RateLimiterPostgres } from "rate-limiter-flexible";
import type { Database } from "@/server/db/client";

interface Statement {
  text: string;
  values: unknown[];
}

/**
 * A counter of rate-limiter-flexible in the table `rate_limit`, so that all management servers count together. Each step is
 * one `INSERT … ON CONFLICT DO UPDATE`: two servers that count at the same instant both count.
 *
 * The library expects a `pg` client. Ours is Prisma's, on the pool that everything else uses, so its answers are put into
 * the form that `pg` gives, with `expire` as a number.
 *
 * @param prefix what the keys of this counter begin with
 */
export function createCounter(
  db: Database,
  prefix: string,
  limit: { points: number; durationSeconds: number },
): RateLimiterPostgres {
  return new RateLimiterPostgres({
    storeClient: {
      query: async ({ text, values }: Statement) => {
        const found = await db.$queryRawUnsafe<{ points: number; expire: bigint | null }[]>(text, ...values);
        const rows = found.map((row) => ({
          points: row.points,
          expire: row.expire === null ? null : Number(row.expire),
        }));
        return { rows, rowCount: rows.length };
      },
    },
    storeType: "client",
    tableName: "rate_limit",
    tableCreated: true,
    // The job prune-rate-limits does it, once for all servers.
    clearExpiredByTimeout: false,
    keyPrefix: prefix,
    points: limit.points,
    duration: limit.durationSeconds,
  });
}
