const POLL_INTERVAL_MS = 10;

/**
 * Waits until a condition holds. The time-out tells what never comes from what comes late on a busy machine; it is no measure of speed.
 *
 * @param read returns the awaited value, or undefined, null or false as long as it is not there
 * @throws Error saying what was awaited in vain
 */
export async function until<T>(
  what: string,
  read: () => T | Promise<T>,
  timeoutMs = 30_000,
): Promise<NonNullable<Exclude<T, false>>> {
  const deadlineMs = performance.now() + timeoutMs;
  for (;;) {
    const value = await read();
    if (value !== undefined && value !== null && value !== false) {
      return value as NonNullable<Exclude<T, false>>;
    }
    if (performance.now() > deadlineMs) throw new Error(`Waited ${timeoutMs} ms in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_INTERVAL_MS));
  }
}
