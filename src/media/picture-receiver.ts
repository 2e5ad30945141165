import type { Consumer, Transport } from "mediasoup-client/types";
import type { PictureCodec } from "@/protocol/picture-mode";
import type { SignallingNotification } from "@/protocol/signalling";
import type { SharedPicture } from "./session-state";
import type { SignallingClient } from "./signalling-client";

/** Until the first picture is there, the sender is asked for a key frame again this often. */
const KEY_FRAME_RETRY_MS = 500;

/** The customer's browser changes to a codec that all can show within this time, if there is one. */
const UNSHOWABLE_PATIENCE_MS = 3_000;

interface PictureReceiverOptions {
  signalling: Pick<SignallingClient, "request">;
  transport: Transport;
  /** Null when there is none (any more). */
  onPicture: (picture: SharedPicture | null) => void;
  /** There is one, in a codec that this browser does not know, and no other follows; null when that is over. */
  onUnshowable: (codec: PictureCodec | null) => void;
}

/** The customer's picture at whoever looks at it: one at a time, the newest. */
export class PictureReceiver {
  readonly #options: PictureReceiverOptions;
  #picture: (SharedPicture & { readonly consumer: Consumer }) | null = null;
  #keyFrameTimer: ReturnType<typeof setInterval> | undefined;
  #unshowableTimer: ReturnType<typeof setTimeout> | undefined;
  #retired = false;

  constructor(options: PictureReceiverOptions) {
    this.#options = options;
  }

  /** Takes what the relay offers, in the place of what was there. */
  async take(offer: Extract<SignallingNotification, { event: "newConsumer" }>): Promise<void> {
    const { transport, signalling } = this.#options;
    const consumer = await transport.consume({
      id: offer.consumerId,
      producerId: offer.producerId,
      kind: offer.kind,
      rtpParameters: offer.rtpParameters,
    });
    // No jitterBufferTarget and no playoutDelayHint: either is a floor in Chromium, not a limit, and 0 changes nothing
    // (e2e/bench/picture/playout.ts: medians of 144 to 205 ms without, 170 to 248 with the one, 164 to 195 with the other).
    this.#picture?.consumer.close();
    this.#nothingUnshowable();
    this.#picture = {
      consumer,
      stream: new MediaStream([consumer.track]),
      source: offer.source,
      paused: offer.producerPaused,
    };
    this.#tell();
    await signalling.request("resumeConsumer", { consumerId: consumer.id });
    this.#askForKeyFrames(consumer);
  }

  /** The relay keeps back a picture that this browser cannot show. */
  refuse(codec: PictureCodec): void {
    clearTimeout(this.#unshowableTimer);
    if (this.#retired) return;
    this.#unshowableTimer = setTimeout(() => this.#options.onUnshowable(codec), UNSHOWABLE_PATIENCE_MS);
  }

  /** The picture stands still for a reason, or moves again. */
  setPaused(consumerId: string, paused: boolean): void {
    if (this.#picture?.consumer.id !== consumerId || this.#picture.paused === paused) return;
    this.#picture = { ...this.#picture, paused };
    this.#tell();
  }

  /** The picture is not sent any more. */
  drop(consumerId: string): void {
    if (this.#picture?.consumer.id !== consumerId) return;
    this.#picture.consumer.close();
    this.#picture = null;
    clearInterval(this.#keyFrameTimer);
    this.#options.onPicture(null);
  }

  /** Shows nothing new any more. */
  retire(): void {
    this.#retired = true;
    clearInterval(this.#keyFrameTimer);
    clearTimeout(this.#unshowableTimer);
  }

  #nothingUnshowable(): void {
    clearTimeout(this.#unshowableTimer);
    if (!this.#retired) this.#options.onUnshowable(null);
  }

  /**
   * A static screen sends no new frame of its own accord: without a key frame the operator would look at nothing. So one is
   * asked for again until the first frame has been decoded; after that every further one would only cost quality.
   */
  #askForKeyFrames(consumer: Consumer): void {
    clearInterval(this.#keyFrameTimer);
    if (this.#retired) return;
    this.#keyFrameTimer = setInterval(() => {
      if (consumer.closed) clearInterval(this.#keyFrameTimer);
      else if (!this.#picture?.paused) void this.#askForKeyFrame(consumer);
    }, KEY_FRAME_RETRY_MS);
  }

  async #askForKeyFrame(consumer: Consumer): Promise<void> {
    try {
      if (await hasDecodedFrames(consumer)) clearInterval(this.#keyFrameTimer);
      else await this.#options.signalling.request("requestKeyFrame", { consumerId: consumer.id });
    } catch {
      // A lost connection is noticed where it is lost; this question is simply asked again.
    }
  }

  #tell(): void {
    if (!this.#picture || this.#retired) return;
    const { stream, source, paused } = this.#picture;
    this.#options.onPicture({ stream, source, paused });
  }
}

async function hasDecodedFrames(consumer: Consumer): Promise<boolean> {
  for (const entry of (await consumer.getStats()).values()) {
    const { type, framesDecoded }: { type?: unknown; framesDecoded?: unknown } = entry;
    if (type === "inbound-rtp" && typeof framesDecoded === "number" && framesDecoded > 0) return true;
  }
  return false;
}
