import type { Quality } from "./session-state";

/** How far back a page shows how the connection was. */
export const QUALITY_HISTORY_MS = 120_000;

/** One look at the connection. While there was none, all figures are null: the gap belongs to the picture. */
export interface QualityPoint
  extends Pick<Quality, "rttMs" | "lossRatio" | "framesPerSecond" | "bitrateBps"> {
  /** Milliseconds since 1970. */
  readonly atMs: number;
}

/** Adds a look and forgets what is too long ago; the list stays bounded by the time it covers. */
export function historyAfter(
  history: readonly QualityPoint[],
  quality: Quality | null,
  atMs: number,
): readonly QualityPoint[] {
  const { rttMs = null, lossRatio = null, framesPerSecond = null, bitrateBps = null } = quality ?? {};
  const recent = history.filter((point) => point.atMs > atMs - QUALITY_HISTORY_MS && point.atMs < atMs);
  return [...recent, { atMs, rttMs, lossRatio, framesPerSecond, bitrateBps }];
}
