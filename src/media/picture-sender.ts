import type { Producer, RtpCodecCapability, Transport } from "mediasoup-client/types";
import type { PictureCodec, PictureMode } from "@/protocol/picture-mode";
import type { VideoSource } from "@/protocol/signalling";
import { chooseCodec, pictureCodecOf } from "./picture-codec";
import {
  applyPicture,
  encodingOf,
  type PictureParameters,
  pictureParameters,
  START_BITRATE_KBPS,
} from "./picture-quality";
import { PictureRefresher } from "./picture-refresher";
import type { SignallingClient } from "./signalling-client";

/** How the customer's picture is to be encoded. */
export interface PictureTerms {
  readonly mode: PictureMode;
  /** What the receiving side can show; null: not known yet. */
  readonly decodes: readonly PictureCodec[] | null;
}

interface PictureSenderOptions {
  signalling: SignallingClient;
  transport: Transport;
  /** What this browser can send and the relay forwards. */
  codecs: readonly RtpCodecCapability[];
}

/** The customer's picture on its way out: one at a time. The page owns its track, which outlives the connection. */
export class PictureSender {
  readonly #options: PictureSenderOptions;
  #video: Producer | null = null;
  #refresher: PictureRefresher | null = null;
  #retired = false;

  constructor(options: PictureSenderOptions) {
    this.#options = options;
  }

  /** Shows this track. One that was shown before is replaced, at whoever sees it too. */
  async show(track: MediaStreamTrack, source: VideoSource, { mode, decodes }: PictureTerms): Promise<void> {
    this.#video?.close();
    this.#refresher?.stop();
    const parameters = pictureParameters(mode, source);
    this.#video = await this.#options.transport.produce({
      track,
      stopTracks: false,
      disableTrackOnPause: false,
      zeroRtpOnPause: true,
      codec: chooseCodec(this.#options.codecs, decodes),
      encodings: [encodingOf(parameters)],
      codecOptions: { videoGoogleStartBitrate: START_BITRATE_KBPS },
      appData: { source },
    });
    const { rtpSender } = this.#video;
    if (rtpSender) await tune(rtpSender, parameters);
    // Cameras never stand still.
    if (rtpSender && source === "screen" && !this.#retired) {
      this.#refresher = new PictureRefresher(track, () => rtpSender.getStats());
    }
  }

  /** Encodes what is shown on other terms: without a break, unless the receiving side cannot show the codec. */
  async setTerms(terms: PictureTerms): Promise<void> {
    const video = this.#video;
    if (!video?.rtpSender) return;
    const source: VideoSource = video.appData.source === "camera" ? "camera" : "screen";
    const codec = video.rtpParameters.codecs[0];
    const better = chooseCodec(this.#options.codecs, terms.decodes);
    const isShown =
      !codec || !terms.decodes?.length || terms.decodes.some((one) => one === pictureCodecOf(codec));
    if (isShown || !better || !video.track) {
      await applyPicture(video.rtpSender, pictureParameters(terms.mode, source));
      return;
    }
    const { paused } = video;
    await this.show(video.track, source, terms);
    if (paused) await this.pause();
  }

  /** Sends no picture until {@link resume}. */
  async pause(): Promise<void> {
    if (!this.#video) return;
    this.#video.pause();
    await this.#options.signalling.request("pauseProducer", { producerId: this.#video.id });
  }

  async resume(): Promise<void> {
    if (!this.#video) return;
    this.#video.resume();
    await this.#options.signalling.request("resumeProducer", { producerId: this.#video.id });
  }

  /** Shows nothing any more, without a word to the relay. */
  retire(): void {
    this.#retired = true;
    this.#refresher?.stop();
    this.#video?.pause();
  }
}

/** A browser that refuses one of these encodes as it sees fit: that is no reason to show nothing. */
async function tune(sender: RTCRtpSender, parameters: PictureParameters): Promise<void> {
  try {
    await applyPicture(sender, parameters);
  } catch (error) {
    console.warn("The picture is encoded as the browser sees fit.", error);
  }
}
