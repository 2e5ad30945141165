import type { Consumer, RtpParameters } from "mediasoup/types";
import { keyFramesAreSeen } from "./media-codecs";

const ASK_INTERVAL_MS = 300;
/** 10 seconds of asking; after that the browser's own requests (RTCP PLI, `requestKeyFrame`) must do. */
const MAX_ASKS = 33;
/** Where nobody can see whether one arrived, asking long would only make the picture expensive. */
const MAX_ASKS_UNSEEN = 3;

/**
 * Asks the sender of a consumer's video for a key frame until one has been forwarded. One request is not enough: a screen that
 * does not change sends nothing by itself, and a request may be lost or come before the sender's first packet.
 */
export class KeyFrameRequester {
  readonly #consumer: Consumer;
  readonly #maxAsks: number;
  #timer: NodeJS.Timeout | undefined;

  /** @param sent how the consumer's producer sends */
  constructor(consumer: Consumer, sent: RtpParameters) {
    this.#consumer = consumer;
    this.#maxAsks = keyFramesAreSeen(sent) ? MAX_ASKS : MAX_ASKS_UNSEEN;
    consumer.on("trace", ({ type }) => {
      if (type === "keyframe") this.stop();
    });
  }

  /** Whether a key frame is still awaited. */
  get asking(): boolean {
    return this.#timer !== undefined;
  }

  /** Asks at once and then repeatedly; starts anew when it was asking already. */
  start(): void {
    this.stop();
    let asks = 0;
    const ask = () => {
      if (this.#consumer.closed || asks >= this.#maxAsks) {
        this.stop();
        return;
      }
      asks += 1;
      // It fails only when the consumer or its worker is gone, and then there is nothing to ask for.
      this.#consumer.requestKeyFrame().catch(() => this.stop());
    };
    this.#timer = setInterval(ask, ASK_INTERVAL_MS);
    this.#trace(["keyframe"]);
    ask();
  }

  stop(): void {
    const wasAsking = this.asking;
    this.abandon();
    if (wasAsking && !this.#consumer.closed) this.#trace([]);
  }

  /** Stops without a word to the worker, which has closed the consumer or is about to. */
  abandon(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #trace(types: "keyframe"[]): void {
    this.#consumer.enableTraceEvent(types).catch(() => {
      // The consumer closed meanwhile.
    });
  }
}
