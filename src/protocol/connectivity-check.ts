import { z } from "zod";
import { iceServerSchema } from "./join-token";
import { dtlsParametersSchema, rtpCapabilitiesSchema, sctpStreamParametersSchema } from "./media-parameters";
import { transportOptionsSchema } from "./signalling";

/**
 * The check of a browser's way to the service: the management server names a relay and signs a token for it, and the relay
 * opens an echo room for that one browser, in which what it sends comes back. Nothing in it has to do with any session.
 *
 * Browser and relay talk as in `./signalling` (requests with ids, each answered once), under a subprotocol of its own on the
 * same path, so that the check takes the very way that a session would.
 */
export const CHECK_PROTOCOL_VERSION = 1;
export const CHECK_SUBPROTOCOL = "madoguchi.check.v1";
/** `typ` header of a check's token, so that it opens no session and a session's token no check (RFC 8725, 3.11). */
export const CHECK_TOKEN_TYPE = "madoguchi-check+jwt";
export const CHECK_TOKEN_TTL_SECONDS = 60;
/** An echo room closes after this long, whatever goes on in it. */
export const CHECK_LIFETIME_MS = 30_000;
/** Bytes that one check may send, and as many that it may receive. */
export const CHECK_BUDGET_BYTES = 20_000_000;
/** UDP, TCP and TURN, and one to spare. */
export const CHECK_MAX_PATHS = 4;
/** Longest message of a check's data channels, in bytes. */
export const CHECK_MESSAGE_BYTES = 16_384;
/** Most that one request may have sent back, in bytes; several may be under way. */
export const CHECK_DOWNLOAD_STEP_BYTES = 131_072;

/** What `connectivity.begin` answers. */
export const connectivityCheckSchema = z.object({
  checkId: z.uuid(),
  /** The relay that is tried: `wss://…/signalling`. */
  signallingUrl: z.url(),
  token: z.string(),
  /** Empty where the service has no TURN server. */
  iceServers: z.array(iceServerSchema),
  /** The signalling addresses of all relays in service: what a firewall must let through. */
  relays: z.array(z.url()),
});
export type ConnectivityCheck = z.infer<typeof connectivityCheckSchema>;

/** Claims beside `iss` and `aud` (the relay's id). */
export const checkClaimsSchema = z.object({
  /** The check's id. */
  sub: z.uuid(),
  role: z.literal("check"),
  jti: z.string().min(16).max(64),
  iat: z.number(),
  exp: z.number(),
});
export type CheckClaims = z.infer<typeof checkClaimsSchema>;

/** What is sent on `echo` comes back; what is sent on `upload` is counted and dropped. */
export const checkLabelSchema = z.enum(["echo", "upload"]);
export type CheckLabel = z.infer<typeof checkLabelSchema>;

/** A place that media goes to: what a firewall must let through. */
export const mediaAddressSchema = z.object({
  protocol: z.enum(["udp", "tcp"]),
  address: z.string().max(256),
  port: z.int().min(0).max(65_535),
});
export type MediaAddress = z.infer<typeof mediaAddressSchema>;

const id = z.string().min(1).max(64);
const empty = z.strictObject({});

/** Every request: what it takes and what it answers. */
export const checkMethods = {
  /** First of all. Refused with TOKEN_*, PROTOCOL_VERSION or CHECK_LIMIT; the socket closes then. */
  begin: {
    input: z.strictObject({ protocolVersion: z.int(), token: z.string().max(4096) }),
    output: z.object({ routerRtpCapabilities: rtpCapabilitiesSchema }),
  },
  /** A pair of transports, as a session has them. */
  openPath: {
    input: empty,
    output: z.object({
      pathId: id,
      sendTransport: transportOptionsSchema,
      recvTransport: transportOptionsSchema,
      /** All places of this relay that a session's media may go to; this path uses some of them. */
      addresses: z.array(mediaAddressSchema),
    }),
  },
  connectTransport: {
    input: z.strictObject({ transportId: id, dtlsParameters: dtlsParametersSchema }),
    output: empty,
  },
  produceData: {
    input: z.strictObject({
      pathId: id,
      label: checkLabelSchema,
      sctpStreamParameters: sctpStreamParametersSchema,
    }),
    output: z.object({ dataProducerId: id }),
  },
  /** The way back of the path's `echo`, which must have been produced. */
  consumeData: {
    input: z.strictObject({ pathId: id }),
    output: z.object({
      dataConsumerId: id,
      dataProducerId: id,
      sctpStreamParameters: sctpStreamParametersSchema,
    }),
  },
  /** Has this many bytes sent over the path's way back. */
  download: {
    input: z.strictObject({ pathId: id, bytes: z.int().min(1).max(CHECK_DOWNLOAD_STEP_BYTES) }),
    output: empty,
  },
  /** How many bytes have arrived on all channels. */
  received: { input: empty, output: z.object({ bytes: z.int().nonnegative() }) },
} as const satisfies Record<string, { input: z.ZodType; output: z.ZodType }>;

export type CheckMethod = keyof typeof checkMethods;
export type CheckInput<M extends CheckMethod> = z.infer<(typeof checkMethods)[M]["input"]>;
export type CheckOutput<M extends CheckMethod> = z.infer<(typeof checkMethods)[M]["output"]>;

export const checkRequestSchema = z.strictObject({
  type: z.literal("request"),
  id: z.int().nonnegative(),
  method: z.enum(Object.keys(checkMethods) as [CheckMethod, ...CheckMethod[]]),
  data: z.unknown(),
});
export type CheckRequest = z.infer<typeof checkRequestSchema>;
