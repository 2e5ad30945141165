import type { PictureMode } from "@/protocol/picture-mode";
import type { VideoSource } from "@/protocol/signalling";

/** How the customer's browser encodes the picture. */
export interface PictureParameters {
  /** W3C mst-content-hint: what the encoder keeps when it cannot keep everything. */
  readonly contentHint: "detail" | "text" | "motion";
  readonly maxBitrateBps: number;
  readonly maxFramerate: number;
  /** W3C webrtc-svc. */
  readonly scalabilityMode: "L1T1" | "L1T2" | "L1T3";
  /** What gives way when processor or network cannot follow: W3C mst-content-hint, "degradation preference". */
  readonly degradationPreference: RTCDegradationPreference;
}

/** Where congestion control begins, so that the first picture is sharp at once instead of after a ramp. */
export const START_BITRATE_KBPS = 2_000;

const screenParameters: Readonly<Record<PictureMode, PictureParameters>> = {
  sharp: {
    contentHint: "text",
    maxBitrateBps: 6_000_000,
    maxFramerate: 15,
    scalabilityMode: "L1T1",
    degradationPreference: "maintain-resolution",
  },
  balanced: {
    contentHint: "detail",
    maxBitrateBps: 6_000_000,
    maxFramerate: 30,
    scalabilityMode: "L1T1",
    degradationPreference: "maintain-resolution",
  },
  fluid: {
    contentHint: "motion",
    maxBitrateBps: 2_500_000,
    maxFramerate: 30,
    scalabilityMode: "L1T1",
    degradationPreference: "maintain-framerate",
  },
};

/** A camera shows things, not text: the pictures in between matter, unless the operator wants to read a type plate. */
const cameraParameters: Readonly<Record<PictureMode, PictureParameters>> = {
  sharp: { ...screenParameters.sharp, contentHint: "detail" },
  balanced: { ...screenParameters.balanced, contentHint: "motion", degradationPreference: "balanced" },
  fluid: screenParameters.fluid,
};

/** What a mode means for a picture of that kind. */
export function pictureParameters(mode: PictureMode, source: VideoSource): PictureParameters {
  return (source === "camera" ? cameraParameters : screenParameters)[mode];
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
