import { z } from "zod";
import { type ErrorCode, isErrorCode } from "@/lib/error-table";
import { channelLabelSchema } from "./data-channels";
import { endReasonSchema } from "./end-reason";
import {
  dtlsParametersSchema,
  iceCandidateSchema,
  iceParametersSchema,
  rtpCapabilitiesSchema,
  rtpParametersSchema,
  sctpParametersSchema,
  sctpStreamParametersSchema,
} from "./media-parameters";
import { permissionsSchema } from "./permissions";
import { pictureCodecSchema, pictureCodecs } from "./picture-mode";
import { joinRoleSchema, observerSchema } from "./roles";

/**
 * What a browser and a relay say to each other over the WebSocket `/signalling`, as JSON text frames.
 *
 * The browser sends requests, each with an id; the relay answers each once, and sends notifications of its own accord. The
 * first request must be `join`. Identity (session, role) comes from the token alone, never from a message.
 */
export const SIGNALLING_PROTOCOL_VERSION = 1;
/** The WebSocket subprotocol, so that a proxy or an older client cannot be mistaken for a peer. */
export const SIGNALLING_SUBPROTOCOL = "madoguchi.signalling.v1";
/** Longest frame in bytes; an offer of RTP parameters is about 6 kB. */
export const SIGNALLING_MAX_MESSAGE_BYTES = 65_536;
/**
 * The same for a Client Tool whose channels are carried (`carryChannels`): the longest clipboard, as JSON within JSON. Every code unit
 * of it takes at most seven bytes then.
 */
export const SIGNALLING_MAX_CARRIED_BYTES = 524_288;
/** A connection that has not joined by then is closed. */
export const JOIN_TIMEOUT_MS = 10_000;
/** How long a side may be away before its session ends, where the relay does not say otherwise. */
export const RECONNECT_WINDOW_MS = 120_000;

/**
 * WebSocket close codes (RFC 6455, 7.4.2: 4000–4999 are for applications). `sessionEnded` carries the end reason and
 * `refused` the error code as the close reason text.
 */
export const closeCodes = {
  refused: 4000,
  sessionEnded: 4001,
  /** The same side joined again elsewhere (a reload, a second tab); this connection must not come back by itself. */
  replaced: 4002,
  /** The worker behind the session died or the relay is going away: join again. */
  rejoin: 4003,
} as const;

const id = z.string().min(1).max(64);
export const transportOptionsSchema = z.object({
  id,
  iceParameters: iceParametersSchema,
  iceCandidates: z.array(iceCandidateSchema).max(32),
  dtlsParameters: dtlsParametersSchema,
  sctpParameters: sctpParametersSchema,
});
const empty = z.strictObject({});

/** What the shared picture shows. */
export const videoSourceSchema = z.enum(["screen", "camera"]);
export type VideoSource = z.infer<typeof videoSourceSchema>;

/** Every request: what it takes and what it answers. Observers may only connect and receive. */
export const signallingMethods = {
  /**
   * First of all. Refused with TOKEN_*, PROTOCOL_VERSION, RELAY_DRAINING or SESSION_ENDED, an observer also with OBSERVER_LIMIT,
   * FORBIDDEN, or UNAVAILABLE while no side of the session is here; the socket closes then.
   */
  join: {
    input: z.union([
      z.strictObject({ protocolVersion: z.int(), token: z.string().max(4096) }),
      /** Back in the place that an earlier joining has, without a word of the management server: see `ticket` below. */
      z.strictObject({ protocolVersion: z.int(), ticket: z.string().max(200) }),
    ]),
    output: z.object({
      sessionId: z.uuid(),
      role: joinRoleSchema,
      permissions: permissionsSchema,
      /** Whether the other side is connected; for an observer, whether the customer is, for a Client Tool, whether the operator is. */
      otherPresent: z.boolean(),
      /** When it is not: how soon the session ends unless it comes. */
      otherEndsInMs: z.int().nonnegative().nullable().default(null),
      /** How long a side may be away before the session ends. */
      reconnectWindowMs: z.int().nonnegative().default(RECONNECT_WINDOW_MS),
      /**
       * Opens one joining in the place of this one, for as long as the relay carries the session: a browser whose network comes
       * back needs nobody but the relay. TOKEN_INVALID once it has been used, or the session is not here any more.
       */
      ticket: z.string().max(200).nullable().default(null),
      /** Who watches, this side included when it is an observer. */
      observers: z.array(observerSchema),
      /** Whether the Client Tool is connected. */
      toolPresent: z.boolean().default(false),
      routerRtpCapabilities: rtpCapabilitiesSchema,
      /** Null for observers: there is nothing that they could send over. */
      sendTransport: transportOptionsSchema.nullable(),
      recvTransport: transportOptionsSchema,
    }),
  },
  connectTransport: {
    input: z.strictObject({ transportId: id, dtlsParameters: dtlsParametersSchema }),
    output: empty,
  },
  /**
   * Asks for nothing but an answer: the sender wants to know whether this connection still carries anything. It tells at the same time
   * when its media is lost while this socket lives, for then nobody else could know why nothing comes from it.
   */
  ping: { input: z.strictObject({ isMediaLost: z.literal(true).optional() }), output: empty },
  restartIce: {
    input: z.strictObject({ transportId: id }),
    output: z.object({ iceParameters: iceParametersSchema }),
  },
  /**
   * Tells what this side can receive and that it listens: only then does the relay create its consumers and data consumers.
   * Everybody sends it, once the receiving transport stands.
   */
  receive: {
    input: z.strictObject({ rtpCapabilities: rtpCapabilitiesSchema }),
    output: empty,
  },
  /**
   * Makes the pair of transports for the channel `file`, in the place of an earlier one. The other side is told, to open its
   * own. PERMISSION_DENIED while the customer has not granted `file`.
   */
  openBulkTransports: {
    input: empty,
    output: z.object({ sendTransport: transportOptionsSchema, recvTransport: transportOptionsSchema }),
  },
  /** Closes them, if there are any. */
  closeBulkTransports: { input: empty, output: empty },
  /** Customer only: at most one video at a time; a second one replaces the first. */
  produce: {
    input: z.strictObject({ rtpParameters: rtpParametersSchema, source: videoSourceSchema }),
    output: z.object({ producerId: id }),
  },
  /** Customer only: stops showing for a while, without ending anything. */
  pauseProducer: { input: z.strictObject({ producerId: id }), output: empty },
  resumeProducer: { input: z.strictObject({ producerId: id }), output: empty },
  closeProducer: { input: z.strictObject({ producerId: id }), output: empty },
  produceData: {
    input: z.strictObject({ label: channelLabelSchema, sctpStreamParameters: sctpStreamParametersSchema }),
    output: z.object({ dataProducerId: id }),
  },
  /** The browser's receiver stands: let the packets flow (a key frame is asked for by the relay). */
  resumeConsumer: { input: z.strictObject({ consumerId: id }), output: empty },
  /** Nothing decoded yet: ask the sender for a key frame again. */
  requestKeyFrame: { input: z.strictObject({ consumerId: id }), output: empty },
  /** Customer only. PERMISSION_DENIED for what the company's plan or policy excludes. */
  setPermissions: { input: z.strictObject({ permissions: permissionsSchema }), output: empty },
  /**
   * Client Tool only, instead of `receive`, where neither UDP nor TCP gets through to the transports: closes them, and from then on
   * its channels are carried over this socket (see `carriedMessageSchema`).
   */
  carryChannels: { input: empty, output: empty },
  /**
   * How many bytes have come over this side's transports, checks of the connection included: whose packets vanish on the way
   * learns so long before ICE says it.
   *
   * `isReturned`: something that means nothing was sent over the transport that this side receives on, so that it learns whether that
   * way is open too.
   */
  heardBytes: {
    input: empty,
    output: z.object({ bytes: z.int().nonnegative(), isReturned: z.boolean().optional() }),
  },
  /**
   * Customer and Client Tool: takes `control` and `clipboard` back, at once; harmless when they were not granted.
   *
   * `isDeclined`: control never began, because the customer has said no in the tool's window.
   */
  revokeControl: { input: z.strictObject({ isDeclined: z.boolean().optional() }), output: empty },
  /** Sides only: ends the session for all, at once. */
  endSession: { input: empty, output: empty },
} as const satisfies Record<string, { input: z.ZodType; output: z.ZodType }>;

/** All that an observer may ask for: the relay refuses the rest with PERMISSION_DENIED. */
export const observerMethods: ReadonlySet<SignallingMethod> = new Set([
  "join",
  "ping",
  "connectTransport",
  "restartIce",
  "receive",
  "resumeConsumer",
  "requestKeyFrame",
]);

/** All that a Client Tool may ask for: the relay refuses the rest with PERMISSION_DENIED. */
export const toolMethods: ReadonlySet<SignallingMethod> = new Set([
  "join",
  "ping",
  "connectTransport",
  "restartIce",
  "receive",
  "produceData",
  "carryChannels",
  "heardBytes",
  "revokeControl",
]);

export type SignallingMethod = keyof typeof signallingMethods;
export type SignallingInput<M extends SignallingMethod> = z.infer<(typeof signallingMethods)[M]["input"]>;
export type SignallingOutput<M extends SignallingMethod> = z.infer<(typeof signallingMethods)[M]["output"]>;

export const signallingRequestSchema = z.strictObject({
  type: z.literal("request"),
  id: z.int().nonnegative(),
  method: z.enum(Object.keys(signallingMethods) as [SignallingMethod, ...SignallingMethod[]]),
  data: z.unknown(),
});
export type SignallingRequest = z.infer<typeof signallingRequestSchema>;

const errorCodeSchema = z.custom<ErrorCode>(isErrorCode);

export const signallingResponseSchema = z.discriminatedUnion("ok", [
  z.strictObject({ type: z.literal("response"), id: z.int(), ok: z.literal(true), data: z.unknown() }),
  z.strictObject({ type: z.literal("response"), id: z.int(), ok: z.literal(false), error: errorCodeSchema }),
]);

export const signallingNotificationSchema = z.discriminatedUnion("event", [
  /** The other side is there; told anew when it has joined anew. For a Client Tool that is the operator. */
  z.object({ type: z.literal("notification"), event: z.literal("otherJoined") }),
  /**
   * The other side left, or nothing is heard of it: its connection may be interrupted. `otherJoined` follows when it is back;
   * otherwise the session ends after this long.
   */
  z.object({
    type: z.literal("notification"),
    event: z.literal("otherLeft"),
    endsInMs: z.int().nonnegative().default(RECONNECT_WINDOW_MS),
  }),
  /** Somebody began or ceased to watch: all who do now. */
  z.object({
    type: z.literal("notification"),
    event: z.literal("observersChanged"),
    observers: z.array(observerSchema),
  }),
  z.object({
    type: z.literal("notification"),
    event: z.literal("newConsumer"),
    consumerId: id,
    producerId: id,
    kind: z.enum(["video", "audio"]),
    rtpParameters: rtpParametersSchema,
    source: videoSourceSchema,
    /** Whether the customer pauses, or has not granted `view`. */
    producerPaused: z.boolean(),
  }),
  /**
   * Instead of `newConsumer`: the picture has a codec that this side did not name when it told what it receives. The customer is
   * told too, by `pictureCodecs`, and another picture may follow.
   */
  z.object({
    type: z.literal("notification"),
    event: z.literal("pictureUnshowable"),
    producerId: id,
    codec: pictureCodecSchema,
  }),
  /** To the customer, at first and after every change: the codecs that everybody who looks at the picture can show. */
  z.object({
    type: z.literal("notification"),
    event: z.literal("pictureCodecs"),
    codecs: z.array(pictureCodecSchema).max(pictureCodecs.length),
  }),
  /** To the two sides: the Client Tool came, or is gone. */
  z.object({ type: z.literal("notification"), event: z.literal("toolPresence"), isPresent: z.boolean() }),
  /**
   * To the Client Tool: the customer's page left, or nothing is heard of it, or it is back. Until this is told it is there. Nobody is
   * controlled who does not see it, so nothing of control and clipboard passes meanwhile.
   */
  z.object({ type: z.literal("notification"), event: z.literal("customerPresence"), isPresent: z.boolean() }),
  /** To the Client Tool: somebody more listens to a channel of its, who knows nothing of what was said on it before. */
  z.object({ type: z.literal("notification"), event: z.literal("channelHeard"), label: channelLabelSchema }),
  z.object({ type: z.literal("notification"), event: z.literal("consumerClosed"), consumerId: id }),
  z.object({ type: z.literal("notification"), event: z.literal("producerPaused"), consumerId: id }),
  z.object({ type: z.literal("notification"), event: z.literal("producerResumed"), consumerId: id }),
  z.object({
    type: z.literal("notification"),
    event: z.literal("newDataConsumer"),
    dataConsumerId: id,
    dataProducerId: id,
    label: channelLabelSchema,
    sctpStreamParameters: sctpStreamParametersSchema,
  }),
  z.object({ type: z.literal("notification"), event: z.literal("dataConsumerClosed"), dataConsumerId: id }),
  /** The other side has opened its bulk transports and waits for this side's. */
  z.object({ type: z.literal("notification"), event: z.literal("otherOpenedBulk") }),
  z.object({
    type: z.literal("notification"),
    event: z.literal("permissionsChanged"),
    permissions: permissionsSchema,
    /** Whether the customer has said no in the Client Tool's window, and control never began. */
    isDeclined: z.boolean().default(false),
  }),
  z.object({ type: z.literal("notification"), event: z.literal("sessionEnded"), reason: endReasonSchema }),
]);
export type SignallingNotification = z.infer<typeof signallingNotificationSchema>;

/**
 * A data channel's message on the socket, both ways, after `carryChannels`. The tool sends on the channels that its role sends
 * on, and hears those that it receives, without opening any.
 */
export const carriedMessageSchema = z.strictObject({
  type: z.literal("message"),
  label: channelLabelSchema,
  /** The message, as a channel would carry it: JSON. */
  data: z.string(),
});
export type CarriedMessage = z.infer<typeof carriedMessageSchema>;

/** Everything a relay sends to a browser. */
export const relayMessageSchema = z.union([signallingResponseSchema, signallingNotificationSchema]);
export type RelayMessage = z.infer<typeof relayMessageSchema>;

/** Everything a relay sends to a Client Tool. */
export const relayToolMessageSchema = z.union([relayMessageSchema, carriedMessageSchema]);
