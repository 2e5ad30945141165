/**
 * How long to wait before the next try: doubling from `firstMs` to `longestMs`.
 *
 * @param failures tries that failed in a row, 0 for none
 */
export function backOffMs(
  failures: number,
  { firstMs, longestMs }: { firstMs: number; longestMs: number },
): number {
  return Math.min(firstMs * 2 ** Math.min(failures, 30), longestMs);
}
