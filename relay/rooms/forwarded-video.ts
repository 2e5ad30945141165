import type { Consumer, Producer } from "mediasoup/types";
import type { SignallingNotification } from "@/protocol/signalling";
import { KeyFrameRequester } from "./key-frame-requester";
import { StreamMeter, type StreamSample } from "./stream-meter";

/** A browser may ask for a key frame this often; more requests are answered and not passed on. */
const KEY_FRAME_REQUEST_GAP_MS = 500;

interface ForwardedVideoOptions {
  consumer: Consumer;
  producer: Producer;
  /** Whether the customer grants `view`. */
  permitted: boolean;
  notify: (notification: SignallingNotification) => void;
  onClosed: () => void;
}

/**
 * The customer's video on its way to somebody who looks at it. It flows only when that browser asked for it and the customer
 * permits it; the browser is told whenever the picture stands still for a reason.
 */
export class ForwardedVideo {
  readonly #consumer: Consumer;
  readonly #producer: Producer;
  readonly #notify: (notification: SignallingNotification) => void;
  readonly #onClosed: () => void;
  readonly #keyFrames: KeyFrameRequester;
  readonly #meter: StreamMeter;
  #wanted = false;
  #permitted: boolean;
  #toldPaused: boolean;
  #closed = false;
  #lastKeyFrameRequestMs = Number.NEGATIVE_INFINITY;

  /** @param options.consumer must have been created paused */
  constructor({ consumer, producer, permitted, notify, onClosed }: ForwardedVideoOptions) {
    this.#consumer = consumer;
    this.#producer = producer;
    this.#permitted = permitted;
    this.#notify = notify;
    this.#onClosed = onClosed;
    this.#keyFrames = new KeyFrameRequester(consumer, producer.rtpParameters);
    this.#meter = new StreamMeter(consumer, "out");
    this.#toldPaused = this.paused;
    // The producer lives in this process too and says everything first; the consumer's own events come later.
    producer.observer.on("pause", this.#tellPaused);
    producer.observer.on("resume", this.#producerResumed);
    producer.observer.once("close", this.#producerClosed);
  }

  get consumerId(): string {
    return this.#consumer.id;
  }

  /** Whether nothing is seen to move: the customer pauses, or does not permit viewing. */
  get paused(): boolean {
    return this.#producer.paused || !this.#permitted;
  }

  /** The browser's receiver stands. */
  async resume(): Promise<void> {
    this.#wanted = true;
    await this.#apply();
  }

  async setPermitted(permitted: boolean): Promise<void> {
    if (this.#permitted === permitted) return;
    this.#permitted = permitted;
    this.#tellPaused();
    await this.#apply();
  }

  /** Asks again until a key frame has passed; too frequent requests are ignored. */
  requestKeyFrame(nowMs = performance.now()): void {
    if (!this.#flows || nowMs - this.#lastKeyFrameRequestMs < KEY_FRAME_REQUEST_GAP_MS) return;
    this.#lastKeyFrameRequestMs = nowMs;
    this.#keyFrames.start();
  }

  /** @throws Error when the worker cannot be asked */
  sample(): Promise<StreamSample | null> {
    return this.#meter.sample();
  }

  close(): void {
    if (this.#closed) return;
    this.#letGo();
    this.#consumer.close();
  }

  #letGo(): void {
    this.#closed = true;
    this.#keyFrames.abandon();
    this.#producer.observer.off("pause", this.#tellPaused);
    this.#producer.observer.off("resume", this.#producerResumed);
    this.#producer.observer.off("close", this.#producerClosed);
    this.#onClosed();
  }

  get #flows(): boolean {
    return this.#wanted && this.#permitted && !this.#closed;
  }

  async #apply(): Promise<void> {
    if (this.#closed) return;
    // Commands reach the worker in the order in which they are given, so the last one wins whatever is still under way.
    if (this.#flows) {
      const resumed = this.#consumer.resume();
      this.#keyFrames.start();
      await resumed;
    } else {
      this.#keyFrames.stop();
      await this.#consumer.pause();
    }
  }

  readonly #tellPaused = (): void => {
    if (this.#closed || this.#toldPaused === this.paused) return;
    this.#toldPaused = this.paused;
    this.#notify({
      type: "notification",
      event: this.paused ? "producerPaused" : "producerResumed",
      consumerId: this.#consumer.id,
    });
  };

  readonly #producerResumed = (): void => {
    this.#tellPaused();
    if (this.#flows) this.#keyFrames.start();
  };

  /** The worker closes the consumers of a producer that closes by itself. */
  readonly #producerClosed = (): void => {
    if (this.#closed) return;
    this.#letGo();
    this.#notify({ type: "notification", event: "consumerClosed", consumerId: this.#consumer.id });
  };
}
