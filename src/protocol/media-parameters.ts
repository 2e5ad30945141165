import { z } from "zod";

/**
 * The parameter objects that mediasoup and mediasoup-client exchange, as schemas: ICE (RFC 8445), DTLS (RFC 8122), SCTP over
 * DTLS (RFC 8831) and RTP (RFC 8825 and what it names). Lists are bounded, so that a message cannot be made expensive.
 */

const token = z.string().max(256);
/** Codec and extension parameters; which there are depends on the codec, and mediasoup checks them. */
const parameterMap = z.record(z.string().max(64), z.unknown());

export const iceParametersSchema = z.object({
  usernameFragment: token,
  password: token,
  iceLite: z.boolean().optional(),
});

export const iceCandidateSchema = z.object({
  foundation: token,
  priority: z.int().nonnegative(),
  address: token,
  ip: token,
  protocol: z.enum(["udp", "tcp"]),
  port: z.int().min(0).max(65_535),
  type: z.enum(["host", "srflx", "prflx", "relay"]),
  tcpType: z.enum(["active", "passive", "so"]).optional(),
});

export const dtlsParametersSchema = z.object({
  role: z.enum(["auto", "client", "server"]).optional(),
  fingerprints: z
    .array(
      z.object({
        algorithm: z.enum(["sha-1", "sha-224", "sha-256", "sha-384", "sha-512"]),
        value: token,
      }),
    )
    .min(1)
    .max(8),
});

export const sctpParametersSchema = z.object({
  port: z.int().min(0).max(65_535),
  OS: z.int().min(0).max(65_535),
  MIS: z.int().min(0).max(65_535),
  maxMessageSize: z.int().positive(),
});

export const sctpStreamParametersSchema = z.object({
  streamId: z.int().min(0).max(65_535),
  ordered: z.boolean().optional(),
  maxPacketLifeTime: z.int().positive().optional(),
  maxRetransmits: z.int().nonnegative().optional(),
});

const mediaKind = z.enum(["audio", "video"]);
const rtcpFeedback = z.array(z.object({ type: token, parameter: token.optional() })).max(32);
/** Describes a frame and what it depends on (AV1 RTP specification, appendix A). */
export const DEPENDENCY_DESCRIPTOR_URI =
  "https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension";
const headerExtensionUri = z.enum([
  "urn:ietf:params:rtp-hdrext:sdes:mid",
  "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id",
  "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id",
  "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time",
  "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
  "urn:ietf:params:rtp-hdrext:ssrc-audio-level",
  DEPENDENCY_DESCRIPTOR_URI,
  "urn:3gpp:video-orientation",
  "http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time",
  "urn:ietf:params:rtp-hdrext:toffset",
  "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay",
]);

export const rtpCapabilitiesSchema = z.object({
  codecs: z
    .array(
      z.object({
        kind: mediaKind,
        mimeType: token,
        preferredPayloadType: z.int().min(0).max(127),
        clockRate: z.int().positive(),
        channels: z.int().positive().optional(),
        parameters: parameterMap.optional(),
        rtcpFeedback: rtcpFeedback.optional(),
      }),
    )
    .max(64),
  headerExtensions: z
    .array(
      z.object({
        kind: mediaKind,
        uri: headerExtensionUri,
        preferredId: z.int().min(1).max(255),
        preferredEncrypt: z.boolean().optional(),
        direction: z.enum(["sendrecv", "sendonly", "recvonly", "inactive"]).optional(),
      }),
    )
    .max(64)
    .optional(),
});

const ssrc = z.int().min(0).max(0xffff_ffff);

export const rtpParametersSchema = z.object({
  mid: z.string().max(32).optional(),
  msid: token.optional(),
  codecs: z
    .array(
      z.object({
        mimeType: token,
        payloadType: z.int().min(0).max(127),
        clockRate: z.int().positive(),
        channels: z.int().positive().optional(),
        parameters: parameterMap.optional(),
        rtcpFeedback: rtcpFeedback.optional(),
      }),
    )
    .min(1)
    .max(32),
  headerExtensions: z
    .array(
      z.object({
        uri: headerExtensionUri,
        id: z.int().min(1).max(255),
        encrypt: z.boolean().optional(),
        parameters: parameterMap.optional(),
      }),
    )
    .max(32)
    .optional(),
  encodings: z
    .array(
      z.object({
        active: z.boolean().optional(),
        ssrc: ssrc.optional(),
        rid: z.string().max(16).optional(),
        codecPayloadType: z.int().min(0).max(127).optional(),
        rtx: z.object({ ssrc }).optional(),
        dtx: z.boolean().optional(),
        scalabilityMode: z.string().max(16).optional(),
        scaleResolutionDownBy: z.number().min(1).optional(),
        maxBitrate: z.number().positive().optional(),
        maxFramerate: z.number().positive().optional(),
        adaptivePtime: z.boolean().optional(),
        priority: z.enum(["very-low", "low", "medium", "high"]).optional(),
        networkPriority: z.enum(["very-low", "low", "medium", "high"]).optional(),
      }),
    )
    .max(4)
    .optional(),
  rtcp: z
    .object({ cname: token.optional(), reducedSize: z.boolean().optional(), mux: z.boolean().optional() })
    .optional(),
});
export type RtpParameters = z.infer<typeof rtpParametersSchema>;
