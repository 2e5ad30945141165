/** Between two reports; the protocol allows ten a second. */
const REPORT_EVERY_MS = 100;

/** Tells the operator how far the input has been carried out: at once, then at most ten times a second. */
export class AppliedReport {
  readonly #send: (sequence: number) => void;
  #highest = -1;
  #reported = -1;
  #timer: NodeJS.Timeout | undefined;

  constructor(send: (sequence: number) => void) {
    this.#send = send;
  }

  applied(sequence: number): void {
    this.#highest = Math.max(this.#highest, sequence);
    if (this.#timer === undefined) this.#report();
  }

  /** A console that is there anew counts from the beginning. */
  reset(): void {
    this.#highest = -1;
    this.#reported = -1;
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #report(): void {
    this.#timer = undefined;
    if (this.#highest <= this.#reported) return;
    this.#reported = this.#highest;
    this.#send(this.#highest);
    this.#timer = setTimeout(() => this.#report(), REPORT_EVERY_MS);
  }
}
