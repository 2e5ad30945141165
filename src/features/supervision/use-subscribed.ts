import { useEffect, useRef } from "react";
import type { ErrorCode } from "@/lib/error-table";
import { appErrorCode } from "@/trpc/app-error";

/** Waits before the next try when the server itself ended the stream; the last one repeats. */
const RETRY_DELAYS_MS = [500, 2_000, 5_000, 10_000] as const;

/** What another try cannot change. */
const FINAL_REFUSALS: readonly ErrorCode[] = [
  "UNAUTHENTICATED",
  "FORBIDDEN",
  "NOT_FOUND",
  "SIGN_IN_INCOMPLETE",
];

/**
 * Keeps a subscription going: a network failure is retried by the browser's EventSource, anything else here, and a refusal
 * that stays one is told.
 *
 * @param data what came last; a new one counts as success
 */
export function useSubscribed(
  { status, error, reset }: { status: string; error: unknown; reset: () => void },
  data: unknown,
): { refusal: ErrorCode | null; isReconnecting: boolean } {
  const failures = useRef(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: every new piece of data is a success.
  useEffect(() => {
    failures.current = 0;
  }, [data]);
  const code = error ? appErrorCode(error) : null;
  const refusal = code && FINAL_REFUSALS.includes(code) ? code : null;
  const stopped = refusal === null && (status === "error" || status === "idle");
  useEffect(() => {
    if (!stopped) return;
    const delayMs = RETRY_DELAYS_MS[Math.min(failures.current, RETRY_DELAYS_MS.length - 1)];
    failures.current += 1;
    const timer = setTimeout(reset, delayMs);
    return () => clearTimeout(timer);
  }, [stopped, reset]);
  return {
    refusal,
    isReconnecting: refusal === null && (stopped || (status === "connecting" && Boolean(error))),
  };
}
