/** Prisma's codes for "cannot reach", "timed out", "closed" and "no free connection"; those of sockets; PostgreSQL's classes for shutting down and for broken or too many connections. */
const CONNECTION_ERROR =
  /^(P1001|P1002|P1008|P1017|P2024|P2028|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|57P0[123]|08\w{3}|53300)$/;
/** The same in the words of Prisma's driver adapters, which raw queries pass on as they are. */
const CONNECTION_KIND = /^(DatabaseNotReachable|ConnectionClosed|SocketTimeout|TooManyConnections)$/;
const MAX_DEPTH = 5;

/** Whether an error means that the database cannot be reached at the moment, rather than that a query was wrong. */
export function isDatabaseGone(error: unknown, depth = 0): boolean {
  if (typeof error !== "object" || error === null || depth > MAX_DEPTH) return false;
  const codes = ["code" in error && error.code, "originalCode" in error && error.originalCode];
  if (codes.some((code) => typeof code === "string" && CONNECTION_ERROR.test(code))) return true;
  if ("kind" in error && typeof error.kind === "string" && CONNECTION_KIND.test(error.kind)) return true;
  // Prisma wraps what the driver said as `meta.driverAdapterError.cause`, others as `cause`.
  const inner = [
    "cause" in error && error.cause,
    "meta" in error && error.meta,
    "driverAdapterError" in error && error.driverAdapterError,
  ];
  return inner.some((one) => isDatabaseGone(one, depth + 1));
}
