import type { RouterRtpCodecCapability, RtpParameters } from "mediasoup/types";
import { DEPENDENCY_DESCRIPTOR_URI } from "@/protocol/media-parameters";

/**
 * What a room forwards. mediasoup never transcodes: both browsers must know the codec that the customer's side picks.
 * VP8 comes first because every browser with WebRTC has it, and a client that does not choose takes the first.
 *
 * H.264 is listed once a profile, as mediasoup matches profiles exactly; both with packetization-mode 1, the only one
 * that all browsers send.
 */
export const mediaCodecs: RouterRtpCodecCapability[] = [
  { kind: "video", mimeType: "video/VP8", clockRate: 90_000 },
  { kind: "video", mimeType: "video/VP9", clockRate: 90_000, parameters: { "profile-id": 0 } },
  { kind: "video", mimeType: "video/VP9", clockRate: 90_000, parameters: { "profile-id": 2 } },
  h264("42e01f"),
  h264("4d0032"),
  { kind: "video", mimeType: "video/AV1", clockRate: 90_000 },
  { kind: "audio", mimeType: "audio/opus", clockRate: 48_000, channels: 2 },
];

function h264(profileLevelId: string): RouterRtpCodecCapability {
  return {
    kind: "video",
    mimeType: "video/H264",
    clockRate: 90_000,
    parameters: { "packetization-mode": 1, "profile-level-id": profileLevelId, "level-asymmetry-allowed": 1 },
  };
}

/**
 * Whether mediasoup can tell a key frame of this stream from other packets. Of AV1 it reads the dependency descriptor alone
 * (3.19): of a sender without, nothing ever says that a key frame has arrived.
 */
export function keyFramesAreSeen({ codecs, headerExtensions = [] }: RtpParameters): boolean {
  const isAv1 = codecs[0]?.mimeType.toLowerCase() === "video/av1";
  return !isAv1 || headerExtensions.some(({ uri }) => uri === DEPENDENCY_DESCRIPTOR_URI);
}
