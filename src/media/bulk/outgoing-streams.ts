import {
  BULK_WINDOW_CREDITS,
  creditsOf,
  type NumberedFrame,
  type UnnumberedFrame,
} from "@/protocol/bulk-frames";
import { BulkError } from "./bulk-error";
import { BulkSender } from "./bulk-sender";
import { SendWindow } from "./send-window";

interface OutgoingStreamsOptions {
  /** Whether the channel takes more now. */
  hasRoom: () => boolean;
  send: (frame: NumberedFrame) => void;
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
  #frames = 0;
  #spent = 0;
  #limit = 0;
  /** Credits that the receiver's consumer has taken. */
  #taken = 0;
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
      send: async (payload) => {
        await before;
        await this.#begin(number, outgoing);
        await this.#sendWhenRoom({ type: "data", stream: number, payload }, () => sender.isOver);
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
    this.#taken = limit - BULK_WINDOW_CREDITS;
    this.#window.taken(this.#taken, performance.now());
    this.wake();
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
    const isSent = await this.#sendWhenRoom(
      { type: "open", stream: number, id: sender.id },
      () => sender.isOver,
    );
    if (isSent) outgoing.phase = "begun";
  }

  /** @returns false when there was no more reason to send */
  async #sendWhenRoom(frame: UnnumberedFrame, isOver: () => boolean): Promise<boolean> {
    const credits = creditsOf(frame);
    for (;;) {
      if (this.#isClosed || isOver()) return false;
      const spent = this.#spent + credits;
      const fits = spent <= this.#limit && spent - this.#taken <= this.#window.credits;
      if (fits && this.#options.hasRoom()) break;
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
    this.#send(frame);
    return true;
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
    const credits = creditsOf(frame);
    this.#spent += credits;
    if (credits > 0) this.#window.sent(this.#spent, performance.now());
    this.#options.send({ ...frame, sequence });
  }

  /** @returns undefined for one that is over @throws BulkError `violation` for one that never was */
  #known(number: number): Outgoing | undefined {
    if (number < 1 || number > this.#lastStream) throw new BulkError("violation");
    return this.#streams.get(number);
  }
}
