/** Inputs that are still waited for; more than a slow line has under way. */
const MOST_SENT = 512;
/** The delay is that of the middle one of the last so many. */
const LATEST = 9;
/** A figure that changes more often cannot be read. */
const TELL_EVERY_MS = 1_000;

/**
 * How long the operator's input takes until it has been carried out on the customer's machine and this page knows. The tool tells the
 * highest count at most ten times a second, and what is told a little late counts as that much slower: hence the middle of several.
 */
export class ControlDelay {
  readonly #onChange: (delayMs: number | null) => void;
  #sent: { readonly sequence: number; readonly atMs: number }[] = [];
  #delays: number[] = [];
  #toldAtMs = Number.NEGATIVE_INFINITY;

  /** @param onChange is told the delay in milliseconds, null: nothing is known (any more) */
  constructor(onChange: (delayMs: number | null) => void) {
    this.#onChange = onChange;
  }

  sent(sequence: number): void {
    if (this.#sent.length >= MOST_SENT) this.#sent.shift();
    this.#sent.push({ sequence, atMs: performance.now() });
  }

  /** @param sequence the highest that has been carried out */
  applied(sequence: number): void {
    const sent = this.#sent.find((one) => one.sequence === sequence);
    this.#sent = this.#sent.filter((one) => one.sequence > sequence);
    if (!sent) return;
    const nowMs = performance.now();
    this.#delays = [...this.#delays, nowMs - sent.atMs].slice(-LATEST);
    if (nowMs - this.#toldAtMs < TELL_EVERY_MS) return;
    this.#toldAtMs = nowMs;
    const inOrder = [...this.#delays].sort((a, b) => a - b);
    this.#onChange(Math.round(inOrder[Math.floor(inOrder.length / 2)] ?? 0));
  }

  /** Nothing is under way any more. */
  reset(): void {
    this.#sent = [];
    this.#delays = [];
    this.#toldAtMs = Number.NEGATIVE_INFINITY;
    this.#onChange(null);
  }
}
