import { BULK_WINDOW_CREDITS, creditsOf, type FreeFrame, type NumberedFrame } from "@/protocol/bulk-frames";
import { BulkError } from "./bulk-error";
import { BulkReceiver } from "./bulk-receiver";

/**
 * Room is granted anew for so many credits: for each whole frame, even the smallest that a sender makes (send-window.ts), so that
 * it sees at once how the way is.
 */
const GRANT_CREDITS = 2;

interface IncomingStreamsOptions {
  send: (frame: FreeFrame) => void;
  onStream: (stream: BulkReceiver) => void;
}

/** The receiving half of a link: grants credits as consumers take what came, and sees that nobody sends more than that. */
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
        if (this.#taken + BULK_WINDOW_CREDITS - this.#granted >= GRANT_CREDITS) this.#grant();
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

  #grant(): void {
    this.#granted = this.#taken + BULK_WINDOW_CREDITS;
    this.#say({ type: "credit", limit: this.#granted });
  }

  #say(frame: FreeFrame): void {
    if (!this.#isClosed) this.#options.send(frame);
  }
}
