const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 30_000;

/** A process that ran this long was well: the next failure counts as the first again. */
export const STABLE_AFTER_MS = 60_000;

/** How long to wait before the next restart, in milliseconds: 0.5 s, doubled with every failure in a row, at most 30 s. */
export function restartDelayMs(failuresInARow: number): number {
  return Math.min(FIRST_DELAY_MS * 2 ** Math.max(0, failuresInARow - 1), LONGEST_DELAY_MS);
}

/** Counts failures in a row; a run of STABLE_AFTER_MS or longer begins the count anew. */
export class BackOff {
  #failures = 0;

  /** Records a failure after a run of this length and returns the delay before the restart, in milliseconds. */
  nextDelayMs(ranForMs: number): number {
    this.#failures = ranForMs >= STABLE_AFTER_MS ? 1 : this.#failures + 1;
    return restartDelayMs(this.#failures);
  }

  get failuresInARow(): number {
    return this.#failures;
  }
}
