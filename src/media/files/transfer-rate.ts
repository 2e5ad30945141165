/** The speed is that of the last so many milliseconds: steady enough to read, quick enough to follow. */
const WINDOW_MS = 5_000;
/** Before that nothing can be said. */
const LEAST_MS = 500;

/** How fast something goes. */
export class TransferRate {
  #samples: { readonly bytes: number; readonly atMs: number }[] = [];

  /** @param bytes all so far */
  add(bytes: number, atMs: number): void {
    const last = this.#samples.at(-1);
    // A receiver that begins a file anew has less than before.
    if (last && bytes < last.bytes) this.#samples = [];
    this.#samples.push({ bytes, atMs });
    while ((this.#samples[1]?.atMs ?? atMs) < atMs - WINDOW_MS) this.#samples.shift();
  }

  /** After a break. */
  reset(): void {
    this.#samples = [];
  }

  bytesPerSecond(): number | null {
    const [first, last] = [this.#samples[0], this.#samples.at(-1)];
    if (!first || !last || last.atMs - first.atMs < LEAST_MS) return null;
    return ((last.bytes - first.bytes) * 1_000) / (last.atMs - first.atMs);
  }
}
