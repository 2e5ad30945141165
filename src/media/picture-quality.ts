import type { PictureCodec, PictureMode } from "@/protocol/picture-mode";
import type { VideoSource } from "@/protocol/signalling";

export type ScalabilityMode = "L1T1" | "L1T2" | "L1T3";

/** How the customer's browser encodes the picture. */
export interface PictureParameters {
  /** W3C mst-content-hint: what the encoder keeps when it cannot keep everything. */
  readonly contentHint: "detail" | "text" | "motion";
  readonly maxBitrateBps: number;
  readonly maxFramerate: number;
  /** W3C webrtc-svc. */
  readonly scalabilityMode: ScalabilityMode;
  /** What gives way when processor or network cannot follow: W3C mst-content-hint, "degradation preference". */
  readonly degradationPreference: RTCDegradationPreference;
}

type ModeParameters = Omit<PictureParameters, "scalabilityMode">;

/** Where congestion control begins, so that the first picture is sharp at once instead of after a ramp. */
export const START_BITRATE_KBPS = 2_000;

/**
 * Chosen after `npm run bench -- picture`, whose tables and plots are in e2e/bench/results/README.md ("Picture: what was tried",
 * "Picture: the product's modes"). Of 12 px text that is scrolled at 2.5 Mbit/s, on two shared cores:
 *
 * - AV1 brings 28 frames a second at an SSIM of 0.998; H.264 20 to 23 at 0.99; VP9 17 to 22 at 0.97 to 0.98, and fewer than the
 *   others where much moves; VP8 3 to 7 at 0.86. All take about the same processor time, AV1 an eighth more than VP8. Hence the
 *   order of `pictureCodecs`. H.264 comes second because every browser has it (RFC 7742).
 * - The hint `motion` tells the encoder that there is no text: whatever the codec, a scrolled page then arrives at 3 to 9 frames
 *   a second and SSIM 0.6 to 0.9, and a still one stays blurred for seconds. Film gains nothing from it. So no mode uses it for a
 *   screen. `text` and `detail` differ by no more than two runs of the same.
 * - Temporal layers neither help nor cost: there is one receiver, and the relay drops no layer.
 */
const screenParameters: Readonly<Record<PictureMode, ModeParameters>> = {
  // Half the frames: each has twice the bits, and a slow processor twice the time.
  sharp: {
    contentHint: "text",
    maxBitrateBps: 6_000_000,
    maxFramerate: 15,
    degradationPreference: "maintain-resolution",
  },
  // What a sharp full screen needs when it changes as a whole.
  balanced: {
    contentHint: "detail",
    maxBitrateBps: 6_000_000,
    maxFramerate: 30,
    degradationPreference: "maintain-resolution",
  },
  // Pixels give way before frames when network or processor cannot follow; less is sent, so that nothing queues.
  fluid: {
    contentHint: "detail",
    maxBitrateBps: 2_500_000,
    maxFramerate: 30,
    degradationPreference: "maintain-framerate",
  },
};

/** A camera shows things, not text: the pictures in between matter, unless the operator wants to read a type plate. */
const cameraParameters: Readonly<Record<PictureMode, ModeParameters>> = {
  sharp: { ...screenParameters.sharp, contentHint: "detail" },
  balanced: { ...screenParameters.balanced, contentHint: "motion", degradationPreference: "balanced" },
  fluid: { ...screenParameters.fluid, contentHint: "motion" },
};

/**
 * What a mode means for a picture of that kind.
 *
 * AV1 is sent with two temporal layers, for what comes with them: only then does Chromium describe its frames in a header extension
 * (AV1 RTP specification, "dependency descriptor"), without which the relay cannot tell a key frame from any other. It would then
 * hold each request for one back for a second (mediasoup's `KeyFrameRequestManager`), and so the first picture.
 *
 * @param codec null as long as it is not known
 */
export function pictureParameters(
  mode: PictureMode,
  source: VideoSource,
  codec: PictureCodec | null = null,
): PictureParameters {
  const parameters = (source === "camera" ? cameraParameters : screenParameters)[mode];
  return { ...parameters, scalabilityMode: codec === "AV1" ? "L1T2" : "L1T1" };
}

/**
 * The same for a picture that stands still and is not sharp yet: no pixel may give way where there are no frames to gain. VP8, as
 * Chromium sets it up for screens, ends at quantiser 15 and leaves what hardly changes as coarse as it is (measured: SSIM 0.93 to
 * 0.95 for good); as for film it goes on until all is exact.
 */
export function whileStill(parameters: PictureParameters, codec: PictureCodec | null): PictureParameters {
  const contentHint = codec === "VP8" ? "motion" : parameters.contentHint;
  return { ...parameters, contentHint, degradationPreference: "maintain-resolution" };
}

/** The encoding of a picture that is about to be sent. */
export function encodingOf({
  maxBitrateBps,
  maxFramerate,
  scalabilityMode,
}: PictureParameters): RTCRtpEncodingParameters & { scalabilityMode: string } {
  return { maxBitrate: maxBitrateBps, maxFramerate, scalabilityMode };
}

/**
 * Makes a sender encode like this from its next frame on; nothing is negotiated anew. Browsers that do not know one of the
 * members leave it out.
 *
 * @throws DOMException when the sender has ended
 */
export async function applyPicture(
  sender: Pick<RTCRtpSender, "getParameters" | "setParameters"> & {
    readonly track: Pick<MediaStreamTrack, "contentHint"> | null;
  },
  parameters: PictureParameters,
): Promise<void> {
  if (sender.track) sender.track.contentHint = parameters.contentHint;
  const current = sender.getParameters();
  for (const encoding of current.encodings) Object.assign(encoding, encodingOf(parameters));
  await sender.setParameters({ ...current, degradationPreference: parameters.degradationPreference });
}
