import type { Consumer, Transport } from "mediasoup-client/types";
import type { SignallingNotification, VideoSource } from "@/protocol/signalling";
import type { SignallingClient } from "./signalling-client";

/** Until the first picture is there, the sender is asked for a key frame again this often. */
const KEY_FRAME_RETRY_MS = 500;

/** The customer's picture as it arrives. */
export interface ReceivedPicture {
  readonly stream: MediaStream;
  readonly source: VideoSource;
  readonly paused: boolean;
}

interface PictureReceiverOptions {
  signalling: SignallingClient;
  transport: Transport;
  /** Null when there is none (any more). */
  onPicture: (picture: ReceivedPicture | null) => void;
}

/** The customer's picture at whoever looks at it: one at a time, the newest. */
export class PictureReceiver {
  readonly #options: PictureReceiverOptions;
  #picture: (ReceivedPicture & { readonly consumer: Consumer }) | null = null;
  #keyFrameTimer: ReturnType<typeof setInterval> | undefined;
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
    // Show each frame as soon as it is whole: somebody who points at a screen feels every buffered millisecond.
    if (consumer.rtpReceiver) consumer.rtpReceiver.jitterBufferTarget = 0;
    this.#picture?.consumer.close();
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
