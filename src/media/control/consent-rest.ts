/**
 * How long nothing can be asked for again after it has been denied, by the number of denials: once may have been a slip, but
 * nobody shall be worn down. Both sides know it; what counts is the customer's.
 */
const RESTS_MS = [3_000, 20_000, 60_000, 300_000] as const;

/** @param denials how often it has been denied, 0: never @returns milliseconds from the last denial on */
export function restAfterMs(denials: number): number {
  return denials === 0 ? 0 : (RESTS_MS[Math.min(denials, RESTS_MS.length) - 1] ?? 0);
}
