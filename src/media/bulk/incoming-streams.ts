import {
  BULK_WINDOW_CREDITS,
  creditsOf,
  type FreeFrame,
  type NumberedFrame,
  STREAM_CREDITS,
} from "@/protocol/bulk-frames";
import { BulkError } from "./bulk-error";
import { BulkReceiver } from "./bulk-receiver";

interface IncomingStreamsOptions {
  send: (frame: FreeFrame) => void;
  onStream: (stream: BulkReceiver) => void;
}

/**
 * The receiving half of a link: grants credits for what consumers have taken, whenever the sender asked to be told, and sees that
 * nobody sends more than that.
 */
export class IncomingStreams {
  readonly #options: IncomingStreamsOptions;
  /** The stream whose frames come now. */
  #current: { readonly number: number; readonly stream: BulkReceiver } | null = null;
  /** Those that their consumers have not finished. */
  readonly #unread = new Set<BulkReceiver>();
  #lastStream = 0;
  #frames = 0;
  #spent = 0;
  #taken = 0;
  #granted = 0;
  /** Credits of data alone: what has come, what has been taken of it... */
  #data = { come: 0, taken: 0 };
  /** ...and how much of it has been taken when the sender wants to be told; rising. */
  readonly #asked: number[] = [];
  #isClosed = false;

  constructor(options: IncomingStreamsOptions) {
    this.#options = options;
  }

  /** Whether something comes or waits to be read. */
  get isBusy(): boolean {
    return this.#current !== null || this.#unread.size > 0;
  }

  /** Grants the first window. */
  begin(): void {
    this.#grant();
  }

  /** @throws BulkError `lost` when frames are missing, `violation` when the sender broke a rule */
  receive(frame: NumberedFrame): void {
    if (frame.sequence !== this.#frames) throw new BulkError("lost");
    this.#frames += 1;
    this.#spent += creditsOf(frame);
    if (this.#spent > this.#granted) throw new BulkError("violation");
    if (frame.type === "open") {
      if (this.#current || frame.stream !== this.#lastStream + 1) throw new BulkError("violation");
      this.#open(frame);
      return;
    }
    if (this.#current?.number !== frame.stream) throw new BulkError("violation");
    const { stream } = this.#current;
    if (frame.type === "data") {
      this.#data.come += creditsOf(frame);
      if (frame.asks) this.#asked.push(this.#data.come);
      stream.push(frame.payload);
      return;
    }
    this.#current = null;
    if (frame.type === "end") {
      stream.end();
    } else {
      this.#unread.delete(stream);
      stream.fail(new BulkError("aborted"));
    }
  }

  /** The sender waits for credits of what came before. */
  ask(): void {
    this.#asked.push(this.#data.come);
    this.#answer();
  }

  /** Nothing more will come. */
  close(error: BulkError): void {
    this.#isClosed = true;
    this.#current = null;
    for (const stream of this.#unread) stream.fail(error);
    this.#unread.clear();
  }

  #open({ stream: number, id }: Extract<NumberedFrame, { type: "open" }>): void {
    this.#lastStream = number;
    const stream: BulkReceiver = new BulkReceiver({
      id,
      onTaken: (credits) => {
        this.#taken += credits;
        this.#data.taken += credits;
        this.#answer();
      },
      onOver: () => {
        this.#taken += STREAM_CREDITS;
        this.#grant();
      },
      onRead: () => {
        this.#unread.delete(stream);
        this.#say({ type: "taken", stream: number });
      },
      onStop: () => {
        this.#unread.delete(stream);
        this.#say({ type: "stop", stream: number });
      },
    });
    this.#current = { number, stream };
    this.#unread.add(stream);
    this.#options.onStream(stream);
  }

  #answer(): void {
    const waiting = this.#asked.findIndex((credits) => credits > this.#data.taken);
    if (this.#asked.splice(0, waiting < 0 ? this.#asked.length : waiting).length > 0) this.#grant();
  }

  #grant(): void {
    const limit = this.#taken + BULK_WINDOW_CREDITS;
    if (limit === this.#granted) return;
    this.#granted = limit;
    this.#say({ type: "credit", limit: this.#granted });
  }

  #say(frame: FreeFrame): void {
    if (!this.#isClosed) this.#options.send(frame);
  }
}
