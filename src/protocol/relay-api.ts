import { z } from "zod";
import { endReasonSchema } from "./end-reason";
import { permissionsSchema } from "./permissions";
import { MAX_OBSERVERS, roleSchema } from "./roles";
import { SIGNALLING_PROTOCOL_VERSION } from "./signalling";

/**
 * The internal API between relays and management servers.
 *
 * A relay calls the tRPC procedures `relay.heartbeat` and `relay.report` over HTTPS with `Authorization: Bearer <RELAY_SECRET>`.
 * A management server calls the relay's `DELETE /sessions/<id>` (body: {@link closeSessionCommandSchema}) with
 * `Authorization: Bearer <JWT>`, signed with the join tokens' key but with its own `typ`, `aud` = the relay, `sub` = the session;
 * or `DELETE /sessions/<id>/observers/<observer id>` without a body, whose token names the observer too.
 */
export const HEARTBEAT_INTERVAL_MS = 5_000;
/** A relay not heard of for this long gets no new sessions. */
export const RELAY_STALE_AFTER_MS = 15_000;

export const relayIdSchema = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/);

const watchingSchema = z.strictObject({ observerId: z.uuid(), signInId: z.uuid() });

export const heartbeatSchema = z.strictObject({
  relayId: relayIdSchema,
  region: z.string().regex(/^[a-z0-9-]{1,32}$/),
  version: z.string().max(40),
  protocolVersion: z.int().positive(),
  /** What browsers connect to, without a path: `wss://relay.example:443`. */
  publicUrl: z.url(),
  /** Where management servers send commands: `http://127.0.0.1:4443`. */
  commandUrl: z.url(),
  state: z.enum(["ready", "draining"]),
  workers: z.int().nonnegative(),
  /** 0 to 1, the busiest worker's share of a core since the last heartbeat. */
  load: z.number().min(0),
  sessions: z.array(
    z.strictObject({
      sessionId: z.uuid(),
      /** Who is connected now. */
      present: z.array(roleSchema).max(2),
      /** Who watches. */
      observers: z.array(watchingSchema).max(MAX_OBSERVERS).default([]),
      /** Bytes forwarded since the session began on this relay. */
      bytesForwarded: z.int().nonnegative(),
    }),
  ),
});
export type Heartbeat = z.infer<typeof heartbeatSchema>;

/**
 * The heartbeat of a relay of another protocol version, as far as it can be understood: such a relay gets no new sessions,
 * but it is seen, and those that it carries go on. What this version does not know is left out.
 */
const foreignHeartbeatSchema = z.object({
  ...heartbeatSchema.shape,
  protocolVersion: z
    .int()
    .positive()
    .refine((version) => version !== SIGNALLING_PROTOCOL_VERSION),
  state: heartbeatSchema.shape.state.catch("draining"),
  workers: heartbeatSchema.shape.workers.catch(0),
  load: heartbeatSchema.shape.load.catch(0),
  sessions: z.array(
    z.object({
      sessionId: z.uuid(),
      present: z.array(roleSchema).max(2).catch([]),
      observers: z.array(z.object(watchingSchema.shape)).max(MAX_OBSERVERS).catch([]),
      bytesForwarded: z.int().nonnegative().catch(0),
    }),
  ),
});

/** What management servers take: a relay of their own version is held to every word, one of another version is not. */
export const receivedHeartbeatSchema = z.union([heartbeatSchema, foreignHeartbeatSchema]);

export const heartbeatAnswerSchema = z.object({
  /** Sessions that the relay carries but the management server says are over: the relay closes them. */
  close: z.array(z.object({ sessionId: z.uuid(), reason: endReasonSchema })),
  /** Observers who may not watch any more: the relay sends them away. */
  dismiss: z.array(z.object({ sessionId: z.uuid(), observerId: z.uuid() })).default([]),
  /** Sessions that the relay carries but that go on on another one: it sends its sides off to join there. */
  rejoin: z.array(z.uuid()).default([]),
  /** To a relay that drains: whether another one could take its sessions now. */
  canMove: z.boolean().default(false),
  /** The management server's own: a relay that speaks another version gets no new sessions. */
  protocolVersion: z.int().optional(),
});
export type HeartbeatAnswer = z.infer<typeof heartbeatAnswerSchema>;

/** What happened on a relay, told once, in order, and again until it is acknowledged. */
export const relayReportSchema = z.strictObject({
  relayId: relayIdSchema,
  event: z.discriminatedUnion("type", [
    z.strictObject({
      type: z.literal("peer_joined"),
      sessionId: z.uuid(),
      role: roleSchema,
      at: z.iso.datetime(),
    }),
    z.strictObject({
      type: z.literal("peer_left"),
      sessionId: z.uuid(),
      role: roleSchema,
      at: z.iso.datetime(),
    }),
    /** The Client Tool. Nothing of the session's life hangs on it, so the heartbeat does not name it. */
    z.strictObject({ type: z.literal("tool_joined"), sessionId: z.uuid(), at: z.iso.datetime() }),
    z.strictObject({ type: z.literal("tool_left"), sessionId: z.uuid(), at: z.iso.datetime() }),
    z.strictObject({
      type: z.literal("observer_joined"),
      sessionId: z.uuid(),
      ...watchingSchema.shape,
      at: z.iso.datetime(),
    }),
    z.strictObject({
      type: z.literal("observer_left"),
      sessionId: z.uuid(),
      ...watchingSchema.shape,
      at: z.iso.datetime(),
    }),
    z.strictObject({
      type: z.literal("permissions_changed"),
      sessionId: z.uuid(),
      permissions: permissionsSchema,
      /** Set when the customer took control back in the Client Tool; otherwise it was done on the customer's page. */
      by: z.literal("tool").optional(),
      at: z.iso.datetime(),
    }),
    z.strictObject({
      type: z.literal("session_ended"),
      sessionId: z.uuid(),
      reason: endReasonSchema,
      bytesForwarded: z.int().nonnegative(),
      at: z.iso.datetime(),
    }),
  ]),
});
export type RelayReport = z.infer<typeof relayReportSchema>;

export const closeSessionCommandSchema = z.strictObject({ reason: endReasonSchema });
