/** How long the next start is refused after one is done: longer than any double click. */
export const SETTLE_MS = 800;

/**
 * Wraps an action so that a double click, or an impatient second one, starts it once. The second call answers undefined.
 *
 * @param now the clock in milliseconds; only tests give another
 */
export function onceAtATime<Arguments extends unknown[], Result>(
  action: (...args: Arguments) => Promise<Result>,
  now: () => number = Date.now,
): (...args: Arguments) => Promise<Result | undefined> {
  let running = false;
  let freeFromMs = Number.NEGATIVE_INFINITY;
  return async (...args) => {
    if (running || now() < freeFromMs) return undefined;
    running = true;
    try {
      const result = await action(...args);
      freeFromMs = now() + SETTLE_MS;
      return result;
    } finally {
      running = false;
    }
  };
}
