import { creditsOfPayload } from "@/protocol/bulk-frames";
import type { BulkError } from "./bulk-error";

interface BulkReceiverOptions {
  id: string;
  /** So many credits' worth is not in memory any more. */
  onTaken: (credits: number) => void;
  /** Both the wire and the consumer are done with it: what its beginning and end cost comes back. */
  onOver: () => void;
  /** The consumer has read the stream to its end. */
  onRead: () => void;
  /** The consumer wants no more. */
  onStop: () => void;
}

type ReceiverState = "open" | "read" | "stopped" | BulkError;

/** A stream at its receiver: pieces of bytes, in order, as fast as they are taken and no faster. */
export class BulkReceiver implements AsyncIterable<Uint8Array> {
  /** As the sender named the stream: a UUID. */
  readonly id: string;
  readonly #options: BulkReceiverOptions;
  readonly #queue: Uint8Array[] = [];
  #state: ReceiverState = "open";
  /** Whether its last frame has come. */
  #hasEnded = false;
  #isReleased = false;
  #wake: () => void = () => {};

  constructor(options: BulkReceiverOptions) {
    this.id = options.id;
    this.#options = options;
  }

  /**
   * The next piece; undefined after the last. Only what is asked for makes room for more. One caller at a time.
   *
   * @throws BulkError when the stream will not be completed
   */
  async read(): Promise<Uint8Array | undefined> {
    for (;;) {
      if (typeof this.#state === "object") throw this.#state;
      if (this.#state !== "open") return undefined;
      const piece = this.#queue.shift();
      if (piece) {
        this.#options.onTaken(creditsOfPayload(piece.length));
        return piece;
      }
      if (this.#hasEnded) {
        // First, so that the sender knows what the credits that come back now were for.
        this.#options.onRead();
        this.#leave("read");
        return undefined;
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** The pieces until the stream is complete; leaving the loop early is {@link stop}. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      for (let piece = await this.read(); piece; piece = await this.read()) yield piece;
    } finally {
      this.stop();
    }
  }

  /** Wants no more: the sender is told, and what is on its way is dropped. Does nothing once the stream is over. */
  stop(): void {
    if (this.#state !== "open") return;
    this.#leave("stopped");
    this.#options.onStop();
  }

  /** From the link: a piece came. */
  push(piece: Uint8Array): void {
    if (this.#state !== "open") {
      this.#options.onTaken(creditsOfPayload(piece.length));
      return;
    }
    this.#queue.push(piece);
    this.#wake();
  }

  /** From the link: the stream is complete. */
  end(): void {
    this.#hasEnded = true;
    this.#release();
    this.#wake();
  }

  /** From the link: the stream will not be completed, and what came of it is of no use. */
  fail(error: BulkError): void {
    this.#hasEnded = true;
    if (this.#state === "open") this.#leave(error);
    else this.#release();
  }

  #leave(state: Exclude<ReceiverState, "open">): void {
    this.#state = state;
    for (const piece of this.#queue.splice(0)) this.#options.onTaken(creditsOfPayload(piece.length));
    this.#release();
    this.#wake();
  }

  #release(): void {
    if (this.#isReleased || !this.#hasEnded || this.#state === "open") return;
    this.#isReleased = true;
    this.#options.onOver();
  }
}
