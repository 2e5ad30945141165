import type { ManagementMetrics } from "@/server/monitoring/management-metrics";
import { isAsyncIterable } from "./end-with-sign-in";

/**
 * Counts a subscription's stream from when it is first read until nobody reads it any more.
 *
 * @param result what the procedure answered; what is no stream stays as it is
 */
export function countWhileOpen<Result extends object>(
  metrics: ManagementMetrics,
  procedure: string,
  result: Result,
): Result {
  if (!("data" in result) || !isAsyncIterable(result.data)) return result;
  return { ...result, data: counted(metrics, procedure, result.data) };
}

async function* counted<T>(
  metrics: ManagementMetrics,
  procedure: string,
  stream: AsyncIterable<T>,
): AsyncGenerator<T, void, undefined> {
  metrics.subscriptions.inc({ procedure });
  try {
    yield* stream;
  } finally {
    metrics.subscriptions.dec({ procedure });
  }
}
