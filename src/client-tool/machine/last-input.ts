/** How often it is asked: a press of Esc that nobody saw is remembered that long (windows-machine.ts), and so is a moved pointer. */
const ASK_EVERY_MS = 250;
/** What is no more apart is the same moment, by clocks of two kinds. */
const SAME_MOMENT_MS = 20;

/**
 * Tells of the customer's hands where the system only says when it was used last. That is one cheap question four times a second, in
 * the place of several; hooks into other programs' input would tell at once, and hold up the customer's mouse whenever this process
 * is busy for a moment.
 */
export class LastInput {
  readonly #read: () => number;
  #timer: NodeJS.Timeout | undefined;
  #onInput: (() => void) | null = null;
  #seenAtMs = 0;

  /** @param read when the mouse or the keyboard was used last, in ms of any clock */
  constructor(read: () => number) {
    this.#read = read;
  }

  /** As {@link Machine.awaitCustomer}. */
  await(onInput: (() => void) | null): boolean {
    const wasAwaited = this.#onInput !== null;
    this.#onInput = onInput;
    if (onInput === null) {
      clearInterval(this.#timer);
    } else if (!wasAwaited) {
      this.#seenAtMs = this.#read();
      this.#timer = setInterval(() => this.#ask(), ASK_EVERY_MS);
    }
    return true;
  }

  #ask(): void {
    if (Math.abs(this.#read() - this.#seenAtMs) < SAME_MOMENT_MS) return;
    const onInput = this.#onInput;
    this.await(null);
    onInput?.();
  }
}
