import {
  BULK_WINDOW_CREDITS,
  creditsOf,
  creditsOfPayload,
  type FreeFrame,
  type NumberedFrame,
  payloadOfCredits,
  STREAM_CREDITS,
  type UnnumberedFrame,
} from "@/protocol/bulk-frames";
import { BulkError } from "./bulk-error";
import { BulkSender } from "./bulk-sender";
import { SendWindow } from "./send-window";

interface OutgoingStreamsOptions {
  /** Whether the channel takes more now. */
  hasRoom: () => boolean;
  send: (frame: NumberedFrame | FreeFrame) => void;
}

interface Outgoing {
  readonly sender: BulkSender;
  /** How far its frames have got. */
  phase: "waiting" | "begun" | "ended";
}

/** The sending half of a link: one stream after another, never more than the other side granted. */
export class OutgoingStreams {
  readonly #options: OutgoingStreamsOptions;
  /** Those that are not over at both ends. */
  readonly #streams = new Map<number, Outgoing>();
  /** Settles when the frames of the stream that was opened last are all sent. */
  #turn: Promise<void> = Promise.resolve();
  #lastStream = 0;
  /** Those that had begun and of which the credits for beginning and end are back, or will be. */
  #streamsOver = 0;
  #frames = 0;
  #spent = 0;
  #limit = 0;
  readonly #window = new SendWindow();
  #isClosed = false;
  readonly #waiting = new Set<() => void>();

  constructor(options: OutgoingStreamsOptions) {
    this.#options = options;
  }

  open(id: string): BulkSender {
    this.#lastStream += 1;
    const number = this.#lastStream;
    const before = this.#turn;
    let passTurn = () => {};
    const mine = new Promise<void>((resolve) => {
      passTurn = resolve;
    });
    this.#turn = before.then(() => mine);
    const sender: BulkSender = new BulkSender({
      id,
      send: async (bytes) => {
        await before;
        await this.#begin(number, outgoing);
        const frame = await this.#sendWhenRoom(
          (nowMs) => {
            const payload = bytes.subarray(0, payloadOfCredits(this.#window.frameCredits(nowMs)));
            const asks = this.#window.shouldAsk(creditsOfPayload(payload.length), nowMs);
            return { type: "data" as const, stream: number, payload, asks };
          },
          () => sender.isOver,
        );
        return frame ? frame.payload.length : 0;
      },
      end: async () => {
        await before;
        await this.#begin(number, outgoing);
        if (sender.isOver) return;
        this.#finish(number, outgoing, "end");
        passTurn();
      },
      onOver: () => {
        this.#streams.delete(number);
        if (outgoing.phase !== "waiting") this.#streamsOver += 1;
        // What the receiver knows to be begun it must also know to be given up.
        if (outgoing.phase === "begun") this.#finish(number, outgoing, "abort");
        outgoing.phase = "ended";
        passTurn();
        this.wake();
      },
    });
    const outgoing: Outgoing = { sender, phase: "waiting" };
    this.#streams.set(number, outgoing);
    return sender;
  }

  /** The other side has room for more. @throws BulkError `violation` for a limit that no window explains */
  grant(limit: number): void {
    if (limit <= this.#limit || limit > this.#spent + BULK_WINDOW_CREDITS) throw new BulkError("violation");
    this.#limit = limit;
    const opened = this.#streamsOver * STREAM_CREDITS;
    this.#window.taken(limit - BULK_WINDOW_CREDITS - opened, performance.now());
    this.wake();
  }

  /** Somebody acts in the session: what is sent takes little of what both share, for a moment. */
  giveWay(): void {
    this.#window.giveWay(performance.now());
  }

  /** @throws BulkError `violation` when the stream has not been sent whole */
  taken(number: number): void {
    const outgoing = this.#known(number);
    if (outgoing && outgoing.phase !== "ended") throw new BulkError("violation");
    outgoing?.sender.taken();
  }

  /** @throws BulkError `violation` when the stream has not begun */
  stop(number: number): void {
    const outgoing = this.#known(number);
    if (outgoing?.phase === "waiting") throw new BulkError("violation");
    outgoing?.sender.fail(new BulkError("stopped"));
  }

  /** Whoever waits for room shall look again. */
  wake(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const goOn of waiting) goOn();
  }

  close(error: BulkError): void {
    this.#isClosed = true;
    for (const { sender } of [...this.#streams.values()]) sender.fail(error);
    this.wake();
  }

  async #begin(number: number, outgoing: Outgoing): Promise<void> {
    const { sender } = outgoing;
    if (outgoing.phase !== "waiting") return;
    await this.#sendWhenRoom(
      () => ({ type: "open" as const, stream: number, id: sender.id }),
      () => sender.isOver,
      () => {
        outgoing.phase = "begun";
      },
    );
  }

  /**
   * @param compose the frame that is to be sent at that moment
   * @param onSent at the very moment, before anything else can happen
   * @returns what was sent; null when there was no more reason to
   */
  async #sendWhenRoom<Frame extends UnnumberedFrame>(
    compose: (nowMs: number) => Frame,
    isOver: () => boolean,
    onSent: () => void = () => {},
  ): Promise<Frame | null> {
    for (;;) {
      if (this.#isClosed || isOver()) return null;
      const nowMs = performance.now();
      const frame = compose(nowMs);
      const fits =
        this.#spent + creditsOf(frame) <= this.#limit && this.#window.fits(dataCredits(frame), nowMs);
      if (fits && this.#options.hasRoom()) {
        this.#send(frame);
        onSent();
        return frame;
      }
      if (!fits) this.#askIfUnasked();
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  /** Needs no room: it was paid with the beginning. */
  #finish(number: number, outgoing: Outgoing, type: "end" | "abort"): void {
    outgoing.phase = "ended";
    this.#send({ type, stream: number });
  }

  #send(frame: UnnumberedFrame): void {
    if (this.#isClosed) return;
    const sequence = this.#frames;
    this.#frames += 1;
    this.#spent += creditsOf(frame);
    if (frame.type === "data") this.#window.sent(dataCredits(frame), frame.asks, performance.now());
    this.#options.send({ ...frame, sequence });
  }

  /** The window may have shrunk below what is under way: then nobody has asked for the credits that are waited for. */
  #askIfUnasked(): void {
    if (!this.#window.hasUnaskedOnly) return;
    this.#window.asked();
    this.#options.send({ type: "ask" });
  }

  /** @returns undefined for one that is over @throws BulkError `violation` for one that never was */
  #known(number: number): Outgoing | undefined {
    if (number < 1 || number > this.#lastStream) throw new BulkError("violation");
    return this.#streams.get(number);
  }
}

/** The window is about data alone: what a beginning costs comes back at the end, however quick the way is. */
function dataCredits(frame: UnnumberedFrame): number {
  return frame.type === "data" ? creditsOf(frame) : 0;
}
