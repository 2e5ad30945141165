import type { Producer, RtpCodecCapability, Transport } from "mediasoup-client/types";
import {
  DEFAULT_PICTURE_MODE,
  type PictureCodec,
  type PictureMode,
  pictureCodecOf,
} from "@/protocol/picture-mode";
import type { VideoSource } from "@/protocol/signalling";
import { chooseCodec } from "./picture-codec";
import {
  applyPicture,
  encodingOf,
  pictureParameters,
  START_BITRATE_KBPS,
  whileStill,
} from "./picture-quality";
import { PictureRefresher } from "./picture-refresher";
import type { SignallingClient } from "./signalling-client";

interface PictureSenderOptions {
  signalling: Pick<SignallingClient, "request">;
  transport: Transport;
  /** What this browser can send and the relay forwards. */
  codecs: readonly RtpCodecCapability[];
}

/** The customer's picture on its way out: one at a time. The page owns its track, which outlives the connection. */
export class PictureSender {
  readonly #options: PictureSenderOptions;
  /** What everybody who looks can show; null: not known yet. */
  #decodes: readonly PictureCodec[] | null = null;
  #mode: PictureMode = DEFAULT_PICTURE_MODE;
  #video: Producer | null = null;
  #refresher: PictureRefresher | null = null;
  /** Whether it is encoded as one that stands still. */
  #isStill = false;
  #isPaused = false;
  #isRetired = false;
  /** Each change waits for the one before. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: PictureSenderOptions) {
    this.#options = options;
  }

  /** Shows this track. One that was shown before is replaced, at whoever sees it too. */
  async show(track: MediaStreamTrack, source: VideoSource, mode: PictureMode): Promise<void> {
    this.#isPaused = false;
    this.#mode = mode;
    await this.#inTurn(() => this.#show(track, source));
  }

  /**
   * Encodes for another purpose, without a break.
   *
   * @throws DOMException when the browser does not take that
   */
  async setMode(mode: PictureMode): Promise<void> {
    this.#mode = mode;
    await this.#inTurn(() => this.#apply());
  }

  /**
   * What everybody who looks can show from here on. Where that is not what is sent, the picture is sent anew; a codec that would be
   * better waits for the next picture, since a change costs everybody a moment without any.
   */
  async setCodecs(codecs: readonly PictureCodec[]): Promise<void> {
    this.#decodes = codecs;
    await this.#inTurn(() => this.#followCodecs());
  }

  /** Sends no picture until {@link resume}. */
  async pause(): Promise<void> {
    this.#isPaused = true;
    // Here first, whatever is under way.
    this.#video?.pause();
    await this.#inTurn(() => this.#tellPaused());
  }

  async resume(): Promise<void> {
    this.#isPaused = false;
    await this.#inTurn(async () => {
      await this.#followCodecs();
      if (!this.#isPaused) this.#video?.resume();
      await this.#tellPaused();
    });
  }

  /** Shows nothing any more, without a word to the relay. */
  retire(): void {
    this.#isRetired = true;
    this.#refresher?.stop();
    this.#video?.pause();
  }

  #inTurn(change: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(change);
    this.#turn = done.catch(() => {
      // Told to whoever wanted it; the next change is another matter.
    });
    return done;
  }

  async #show(track: MediaStreamTrack, source: VideoSource): Promise<void> {
    this.#video?.close();
    this.#refresher?.stop();
    this.#isStill = false;
    const codec = chooseCodec(this.#options.codecs, this.#decodes);
    const parameters = pictureParameters(this.#mode, source, codec ? pictureCodecOf(codec) : null);
    const video = await this.#options.transport.produce({
      track,
      stopTracks: false,
      disableTrackOnPause: false,
      zeroRtpOnPause: true,
      codec,
      encodings: [encodingOf(parameters)],
      codecOptions: { videoGoogleStartBitrate: START_BITRATE_KBPS },
      appData: { source },
    });
    this.#video = video;
    if (this.#isRetired) {
      video.pause();
      return;
    }
    if (this.#isPaused) {
      video.pause();
      await this.#tellPaused();
    }
    try {
      await this.#apply();
    } catch (error) {
      // A browser that refuses a parameter encodes as it sees fit: that is no reason to show nothing.
      console.warn("The picture is encoded as the browser sees fit.", error);
    }
    const { rtpSender } = video;
    // Cameras never stand still.
    if (!rtpSender || source !== "screen" || this.#isRetired) return;
    this.#refresher = new PictureRefresher({
      track,
      statistics: () => rtpSender.getStats(),
      settle: (isStill) =>
        this.#inTurn(async () => {
          if (this.#video !== video) return;
          this.#isStill = isStill;
          await this.#apply();
        }),
    });
  }

  async #apply(): Promise<void> {
    const video = this.#video;
    if (!video?.rtpSender) return;
    const codec = codecOf(video);
    const parameters = pictureParameters(this.#mode, sourceOf(video), codec);
    await applyPicture(video.rtpSender, this.#isStill ? whileStill(parameters, codec) : parameters);
  }

  async #followCodecs(): Promise<void> {
    const [video, decodes] = [this.#video, this.#decodes];
    // What is paused is sent anew when it goes on: a new producer would begin with pictures.
    if (!video?.track || !decodes || this.#isPaused) return;
    const codec = codecOf(video);
    if (!codec || decodes.includes(codec) || !chooseCodec(this.#options.codecs, decodes)) return;
    await this.#show(video.track, sourceOf(video));
  }

  async #tellPaused(): Promise<void> {
    if (!this.#video) return;
    const method = this.#video.paused ? "pauseProducer" : "resumeProducer";
    await this.#options.signalling.request(method, { producerId: this.#video.id });
  }
}

function codecOf({ rtpParameters: { codecs } }: Producer): PictureCodec | null {
  return codecs[0] ? pictureCodecOf(codecs[0]) : null;
}

function sourceOf({ appData }: Producer): VideoSource {
  return appData.source === "camera" ? "camera" : "screen";
}
