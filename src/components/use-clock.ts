"use client";

import { useCallback, useSyncExternalStore } from "react";

const TICK_MS = 250;

/**
 * Something computed from the time now, kept up to date; the component renders again only when the result changes.
 * Null while the server renders, whose clock and zone are not the viewer's.
 *
 * @param select computes a primitive from the milliseconds since 1970
 */
export function useClock<Result extends number | string | boolean>(
  select: (nowMs: number) => Result,
): Result | null {
  const subscribe = useCallback((listener: () => void) => {
    const timer = setInterval(listener, TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return useSyncExternalStore<Result | null>(
    subscribe,
    () => select(Date.now()),
    () => null,
  );
}
