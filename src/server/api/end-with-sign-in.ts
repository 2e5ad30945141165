import { AppError } from "@/lib/app-error";
import type { ApiContext } from "./context";
import { toTrpcError } from "./error-formatter";

/** How often an open subscription asks anew whether its sign-in still holds, beside being told: idle limits pass silently. */
const RECHECK_INTERVAL_MS = 30_000;

/**
 * Lets a subscription's stream go on only as long as the sign-in that opened it holds. When that is revoked, disabled or
 * expired the stream ends with `UNAUTHENTICATED`, at once, so that an open page closes too.
 *
 * @param result what the rest of the procedure answered
 */
export function endWithSignIn<Result extends { readonly ok: boolean }>(
  ctx: ApiContext,
  signInId: string,
  result: Result,
  signal: AbortSignal | undefined,
): Result {
  if (!("data" in result) || !isAsyncIterable(result.data)) return result;
  return { ...result, data: guard(ctx, signInId, result.data, signal) };
}

async function* guard<T>(
  ctx: ApiContext,
  signInId: string,
  stream: AsyncIterable<T>,
  signal: AbortSignal | undefined,
): AsyncGenerator<T, void, undefined> {
  const stop = new AbortController();
  const both = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
  const values = stream[Symbol.asyncIterator]();
  const ended = signInEnded(ctx, signInId, both);
  try {
    for (;;) {
      const step = await Promise.race([values.next(), ended]);
      if (step === "ended") throw toTrpcError(new AppError("UNAUTHENTICATED"));
      if (step === "stopped" || step.done) return;
      yield step.value;
    }
  } finally {
    stop.abort();
    // Not awaited: a generator that still waits answers `return()` only when it wakes, and the request's signal wakes it.
    void values.return?.().then(undefined, () => undefined);
  }
}

/** Resolves once the sign-in no longer holds, or with "stopped" when nobody needs to know any more. */
async function signInEnded(
  ctx: ApiContext,
  signInId: string,
  signal: AbortSignal,
): Promise<"ended" | "stopped"> {
  const changes = ctx.notifications.subscribe([`sign_in:${signInId}`], signal);
  let timer: NodeJS.Timeout | undefined;
  try {
    let next = changes.next();
    while (!signal.aborted) {
      const tick = new Promise<"tick">((resolve) => {
        timer = setTimeout(resolve, RECHECK_INTERVAL_MS, "tick").unref();
      });
      const change = await Promise.race([next, tick]);
      clearTimeout(timer);
      if (change !== "tick") {
        if (change.done) return "stopped";
        next = changes.next();
      }
      if (!(await ctx.signInHolds())) return "ended";
    }
    return "stopped";
  } finally {
    clearTimeout(timer);
  }
}

export function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value;
}
