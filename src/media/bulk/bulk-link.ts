import { assertUnreachable } from "@/lib/assert-unreachable";
import {
  BULK_FRAME_BYTES,
  BULK_PROTOCOL_VERSION,
  type BulkFrame,
  encodeBulkFrame,
  type FreeFrame,
  parseBulkFrame,
} from "@/protocol/bulk-frames";
import { BulkError } from "./bulk-error";
import type { BulkReceiver } from "./bulk-receiver";
import type { BulkSender } from "./bulk-sender";
import { IncomingStreams } from "./incoming-streams";
import { OutgoingStreams } from "./outgoing-streams";
import { GIVE_WAY_MS } from "./send-window";

/** As much as waits in the own channel: enough that it never runs dry, little enough to be over with quickly. */
export const BULK_BUFFERED_BYTES = 524_288;
/** A greeting that nobody heard, because the way did not stand yet, is said again. */
const HELLO_INTERVAL_MS = 200;
/** While somebody acts the other side is told again after this long: a good deal sooner than it would forget. */
const GIVE_WAY_INTERVAL_MS = GIVE_WAY_MS / 4;

/** The way out: one data channel to the other side, reliable and ordered. */
export interface BulkChannel {
  /** Bytes that wait in the channel. {@link BulkLink.drained} wants to know when they fall to half of BULK_BUFFERED_BYTES. */
  readonly bufferedBytes: number;
  /**
   * @param frame to be taken before this returns: its memory is used again
   * @throws Error when the channel is closed
   */
  send(frame: Uint8Array<ArrayBuffer>): void;
}

interface BulkLinkOptions {
  channel: BulkChannel;
  /** The other side begins a stream on this link. */
  onStream: (stream: BulkReceiver, link: BulkLink) => void;
  /** Once, when the link is of no use any more. */
  onClosed: (error: BulkError) => void;
}

type LinkState =
  | { phase: "greeting" }
  | { phase: "open"; other: number }
  | { phase: "closed"; error: BulkError };

/**
 * Bulk data both ways between the two sides of a session, with flow control from consumer to producer (bulk-frames.ts). One
 * stream at a time goes each way. A link does not survive its connection: everything that waits is rejected then, and whoever
 * transfers something goes on over the next link.
 */
export class BulkLink {
  readonly #options: BulkLinkOptions;
  readonly #outgoing: OutgoingStreams;
  readonly #incoming: IncomingStreams;
  /** Tells this link from earlier ones; never 0. */
  readonly #own = Math.floor(Math.random() * 0xffff_fffe) + 1;
  readonly #helloTimer: ReturnType<typeof setInterval>;
  /** What is being sent: memory of their own for so many frames a second would only keep the page's garbage collector busy. */
  readonly #frameBytes = new Uint8Array(BULK_FRAME_BYTES);
  #state: LinkState = { phase: "greeting" };
  #stateChanged: () => void = () => {};
  #gaveWayAtMs = Number.NEGATIVE_INFINITY;
  readonly #opened: Promise<void>;
  #settleClosed: (error: BulkError) => void = () => {};
  readonly #closed = new Promise<BulkError>((resolve) => {
    this.#settleClosed = resolve;
  });

  constructor(options: BulkLinkOptions) {
    this.#options = options;
    this.#outgoing = new OutgoingStreams({
      hasRoom: () => options.channel.bufferedBytes < BULK_BUFFERED_BYTES,
      send: (frame) => this.#send(frame),
    });
    this.#incoming = new IncomingStreams({
      send: (frame) => this.#send(frame),
      onStream: (stream) => options.onStream(stream, this),
    });
    this.#opened = new Promise<void>((resolve) => {
      this.#stateChanged = resolve;
    });
    this.#helloTimer = setInterval(() => this.#greet(0), HELLO_INTERVAL_MS);
    this.#greet(0);
  }

  /** Resolves when the other side answers. @throws BulkError when the link closes before that */
  async opened(): Promise<void> {
    await this.#opened;
    if (this.error) throw this.error;
  }

  /** Resolves when the link is of no use any more, with the reason. */
  closed(): Promise<BulkError> {
    return this.#closed;
  }

  /** Why the link is closed; null while it is not. */
  get error(): BulkError | null {
    return this.#state.phase === "closed" ? this.#state.error : null;
  }

  /**
   * Begins a stream. Streams go one after another: what is written waits until the one before is closed or aborted.
   *
   * @param id a UUID by which the other side knows the stream
   * @throws BulkError when the link is closed
   */
  openSender(id: string = crypto.randomUUID()): BulkSender {
    if (this.error) throw this.error;
    return this.#outgoing.open(id);
  }

  /**
   * Somebody acts in the session, on this side: for a moment bulk data of both directions takes little of what it shares with the
   * operator's clicks. May be called with every move of a mouse.
   */
  giveWay(): void {
    this.#outgoing.giveWay();
    const nowMs = performance.now();
    if (!this.#incoming.isBusy || nowMs - this.#gaveWayAtMs < GIVE_WAY_INTERVAL_MS) return;
    this.#gaveWayAtMs = nowMs;
    this.#send({ type: "giveWay" });
  }

  /** What came over the other side's channel. */
  receive(message: unknown): void {
    if (this.#state.phase === "closed") return;
    try {
      this.#hear(parsed(message));
    } catch (error) {
      if (!(error instanceof BulkError)) throw error;
      this.close(error);
    }
  }

  /** The channel has room again. */
  drained(): void {
    this.#outgoing.wake();
  }

  /** Ends everything that waits; nothing is sent or received any more. */
  close(error = new BulkError("closed")): void {
    if (this.#state.phase === "closed") return;
    this.#state = { phase: "closed", error };
    clearInterval(this.#helloTimer);
    this.#outgoing.close(error);
    this.#incoming.close(error);
    this.#stateChanged();
    this.#settleClosed(error);
    this.#options.onClosed(error);
  }

  #hear(frame: BulkFrame): void {
    if (frame.type === "hello") {
      this.#hearHello(frame);
      return;
    }
    // What comes before the greeting was meant for an earlier link.
    if (this.#state.phase !== "open") return;
    switch (frame.type) {
      case "credit":
        this.#outgoing.grant(frame.limit);
        return;
      case "taken":
        this.#outgoing.taken(frame.stream);
        return;
      case "stop":
        this.#outgoing.stop(frame.stream);
        return;
      case "giveWay":
        this.#outgoing.giveWay();
        return;
      case "ask":
        this.#incoming.ask();
        return;
      case "open":
      case "data":
      case "end":
      case "abort":
        this.#incoming.receive(frame);
        return;
      default:
        assertUnreachable(frame);
    }
  }

  /** Three ways: both know that both hear. Only then are credits granted, so that none gets lost. */
  #hearHello({ version, own: other, heard }: Extract<FreeFrame, { type: "hello" }>): void {
    if (version !== BULK_PROTOCOL_VERSION || other === 0) throw new BulkError("violation");
    const wasOpen = this.#state.phase === "open";
    // The same channels, another link: what was under way is lost at the other side.
    if (this.#state.phase === "open" && this.#state.other !== other) throw new BulkError("lost");
    if (!wasOpen || heard !== this.#own) this.#greet(other);
    if (wasOpen || heard !== this.#own || this.#state.phase === "closed") return;
    this.#state = { phase: "open", other };
    clearInterval(this.#helloTimer);
    this.#stateChanged();
    this.#incoming.begin();
  }

  #greet(heard: number): void {
    this.#send({ type: "hello", version: BULK_PROTOCOL_VERSION, own: this.#own, heard });
  }

  #send(frame: BulkFrame): void {
    if (this.#state.phase === "closed") return;
    try {
      this.#options.channel.send(encodeBulkFrame(frame, this.#frameBytes));
    } catch {
      // The channel closed under it; whether the connection is lost or somebody closed it, nothing flows any more.
      this.close(new BulkError("lost"));
    }
  }
}

/** @throws BulkError `violation` for what is not a frame */
function parsed(message: unknown): BulkFrame {
  const frame = message instanceof ArrayBuffer ? parseBulkFrame(new Uint8Array(message)) : null;
  if (!frame) throw new BulkError("violation");
  return frame;
}
