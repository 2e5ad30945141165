import type { IncomingMessage, ServerResponse } from "node:http";
import type { HttpArea, HttpOutcome, ManagementMetrics } from "./management-metrics";

/** Counts a request once its answer is through, or the client is gone. */
export function countHttp(
  metrics: ManagementMetrics,
  { url = "/", headers }: Pick<IncomingMessage, "url" | "headers">,
  response: ServerResponse,
): void {
  const startedAt = performance.now();
  // What was asked for, as Node keeps no header of an answer whose head was written in one go.
  const isStream = areaOf(url) === "trpc" && headers.accept === "text/event-stream";
  response.once("close", () => {
    // A stream ends when its reader goes, so that is no sign of anything.
    const isWhole = response.writableFinished || (isStream && response.headersSent);
    const outcome = isWhole ? classOf(response.statusCode) : "aborted";
    metrics.answered(isStream ? "stream" : areaOf(url), outcome, (performance.now() - startedAt) / 1000);
  });
}

function areaOf(url: string): HttpArea {
  if (url.startsWith("/api/trpc/")) return "trpc";
  if (url.startsWith("/api/auth/")) return "auth";
  if (url.startsWith("/api/metrics")) return "metrics";
  if (url.startsWith("/api/")) return "api";
  return url.startsWith("/_next/") ? "asset" : "page";
}

function classOf(status: number): HttpOutcome {
  if (status >= 500) return "5xx";
  if (status >= 400) return "4xx";
  if (status >= 300) return "3xx";
  return status >= 200 ? "2xx" : "1xx";
}
