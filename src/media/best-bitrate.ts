/** How many bytes had come by a moment. */
export interface Sample {
  readonly atMs: number;
  readonly bytes: number;
}

/** Shorter stretches say more about buffers than about the line. */
const WINDOW_MS = 1_000;

/**
 * What a line carried in its best second: congestion control begins slowly, and the slow beginning is no property of the line.
 *
 * @param samples in order of time
 * @returns bits per second; over all of it when that is less than a second, 0 for nothing
 */
export function bestBitrate(samples: readonly Sample[]): number {
  const first = samples[0];
  const last = samples.at(-1);
  if (!first || !last || last.atMs <= first.atMs) return 0;
  let best = bitrate(first, last);
  let start = 0;
  for (const sample of samples) {
    // The shortest stretch that ends here and is not too short.
    for (
      let next = samples[start + 1];
      next && sample.atMs - next.atMs >= WINDOW_MS;
      next = samples[start + 1]
    ) {
      start += 1;
    }
    const from = samples[start];
    if (from && sample.atMs - from.atMs >= WINDOW_MS) best = Math.max(best, bitrate(from, sample));
  }
  return best;
}

function bitrate(from: Sample, to: Sample): number {
  return ((to.bytes - from.bytes) * 8 * 1_000) / (to.atMs - from.atMs);
}
