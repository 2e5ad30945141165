import { BulkError } from "./bulk-error";

interface BulkSenderOptions {
  id: string;
  /**
   * Sends as much of the beginning as fits a frame, as soon as there is room for that, and says how many bytes it was; none
   * when the stream has failed meanwhile.
   */
  send: (bytes: Uint8Array) => Promise<number>;
  /** Sends that the stream is complete. */
  end: () => Promise<void>;
  /** The stream is over, at both ends or for this one. */
  onOver: () => void;
}

/** The sending end of a stream. A write waits until the receiver has room; nothing piles up on the way. */
export class BulkSender {
  /** The stream's name at both ends: a UUID. */
  readonly id: string;
  readonly #options: BulkSenderOptions;
  readonly #taken: Promise<void>;
  #settleTaken: (error: BulkError | null) => void = () => {};
  #last: Promise<void> = Promise.resolve();
  #state: "open" | "closing" | "taken" | BulkError = "open";

  constructor(options: BulkSenderOptions) {
    this.id = options.id;
    this.#options = options;
    this.#taken = new Promise<void>((resolve, reject) => {
      this.#settleTaken = (error) => (error ? reject(error) : resolve());
    });
    // Whoever never closes the stream does not wait for it to be taken.
    this.#taken.catch(() => {});
  }

  /** Whether nothing more of it will be sent or received. */
  get isOver(): boolean {
    return this.#state === "taken" || typeof this.#state === "object";
  }

  /**
   * Sends bytes of any number; they must not change before the promise resolves. It does when the last of them is on its way.
   *
   * @throws BulkError when the stream has failed; TypeError after {@link close}
   */
  async write(bytes: Uint8Array): Promise<void> {
    this.#assertAlive();
    if (this.#state !== "open") throw new TypeError("The stream is closed.");
    await this.#inTurn(async () => {
      for (let start = 0; start < bytes.length; ) {
        start += await this.#options.send(bytes.subarray(start));
        this.#assertAlive();
      }
    });
  }

  /** Resolves when nothing more of it will be sent: with the reason, or with null when its receiver has read it to the end. */
  async over(): Promise<BulkError | null> {
    try {
      await this.#taken;
      return null;
    } catch (error) {
      if (error instanceof BulkError) return error;
      throw error;
    }
  }

  /**
   * Completes the stream. Resolves when the receiver's consumer has read everything.
   *
   * @throws BulkError when that will not be
   */
  async close(): Promise<void> {
    if (this.#state === "open") {
      this.#state = "closing";
      await this.#inTurn(this.#options.end);
    }
    await this.#taken;
  }

  /** Gives the stream up: its receiver gets an error, and so does whoever waits for a write. */
  abort(): void {
    this.fail(new BulkError("closed"));
  }

  /** From the link: the receiver has read everything. */
  taken(): void {
    if (this.isOver) return;
    this.#state = "taken";
    this.#settleTaken(null);
    this.#options.onOver();
  }

  /** From the link: the stream is over before its time. */
  fail(error: BulkError): void {
    if (this.isOver) return;
    this.#state = error;
    this.#settleTaken(error);
    this.#options.onOver();
  }

  #inTurn(step: () => Promise<void>): Promise<void> {
    const result = this.#last.then(() => {
      this.#assertAlive();
      return step();
    });
    this.#last = result.catch(() => {
      // Whoever asked for that step is told; the next one finds the stream as it is.
    });
    return result;
  }

  #assertAlive(): void {
    if (typeof this.#state === "object") throw this.#state;
  }
}
