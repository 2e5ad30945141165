/** Connection errors of the PostgreSQL driver, and Prisma's codes for "cannot reach", "timed out", "closed" and "no free connection". */
const CONNECTION_ERROR =
  /^(P1001|P1002|P1008|P1017|P2024|P2028|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|57P0[123]|08\w{3}|53300)$/;
const MAX_CAUSES = 4;

/** Whether an error means that the database cannot be reached at the moment, rather than that a query was wrong. */
export function isDatabaseGone(error: unknown): boolean {
  let cause = error;
  for (let depth = 0; depth < MAX_CAUSES && cause instanceof Error; depth += 1) {
    if ("code" in cause && typeof cause.code === "string" && CONNECTION_ERROR.test(cause.code)) return true;
    cause = cause.cause;
  }
  return false;
}
