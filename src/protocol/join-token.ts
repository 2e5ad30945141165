import { z } from "zod";
import { permissionsSchema } from "./permissions";
import { relayIdSchema } from "./relay-api";
import { observerSchema, roleSchema } from "./roles";

/**
 * The ticket with which one side of a session joins a relay: a JWT (RFC 7519) signed by the management server with
 * EdDSA (Ed25519, RFC 8037). Relays hold only the public key. A token opens one connection: the relay refuses its `jti`
 * a second time.
 */
export const JOIN_TOKEN_ISSUER = "madoguchi";
export const JOIN_TOKEN_TTL_SECONDS = 60;
/** `typ` header of the token, so that no other token of the same key can stand in for it (RFC 8725, 3.11). */
export const JOIN_TOKEN_TYPE = "madoguchi-join+jwt";
/** `typ` header of a command from the management server to a relay. */
export const COMMAND_TOKEN_TYPE = "madoguchi-command+jwt";

const joinClaims = {
  /** The session's id. */
  sub: z.uuid(),
  permissions: permissionsSchema,
  /** What the customer may grant at all, as the company's plan and policy have it: a relay refuses the rest. */
  grantable: permissionsSchema,
  /** What other relays have forwarded for the session: one that is new to it counts on from there. */
  bytesForwarded: z.int().nonnegative().default(0),
  jti: z.string().min(16).max(64),
  /** Seconds since 1970, as in every JWT. */
  iat: z.number(),
  exp: z.number(),
};

/** Claims beside `iss` and `aud` (the relay's id). */
export const joinClaimsSchema = z.discriminatedUnion("role", [
  z.object({ ...joinClaims, role: roleSchema }),
  z.object({
    ...joinClaims,
    role: z.literal("observer"),
    observer: observerSchema,
    /** The sign-in that watches: when that one ends, the watching does. */
    signInId: z.uuid(),
  }),
  z.object({ ...joinClaims, role: z.literal("tool") }),
]);
export type JoinClaims = z.infer<typeof joinClaimsSchema>;

/** Claims of a command beside `iss` and `aud` (the relay's id): one command, for one session, once. */
export const commandClaimsSchema = z.object({
  /** The session's id. */
  sub: z.uuid(),
  /** For the command that sends one observer away: who. A token without it ends sessions, one with it cannot. */
  observerId: z.uuid().optional(),
  jti: z.string().min(16).max(64),
  iat: z.number(),
  exp: z.number(),
});
export type CommandClaims = z.infer<typeof commandClaimsSchema>;

/** A TURN server with time-limited credentials, in the form that an `RTCPeerConnection` takes. */
export const iceServerSchema = z.object({
  /** `turns:turn.example:443?transport=tcp` (RFC 7065) */
  urls: z.array(z.string()).min(1),
  username: z.string(),
  credential: z.string(),
});
export type IceServer = z.infer<typeof iceServerSchema>;

/** Where and with what a browser joins its session. */
export const relayAssignmentSchema = z.object({
  sessionId: z.uuid(),
  relayId: z.string(),
  /** `wss://…/signalling` */
  signallingUrl: z.url(),
  token: z.string(),
  /** For networks that let neither UDP nor plain TCP through to the relay; empty where the service has no TURN server. */
  iceServers: z.array(iceServerSchema),
});
export type RelayAssignment = z.infer<typeof relayAssignmentSchema>;

/**
 * What a browser that asks for a way back tells of the relay that it had. A hint and no more: whether the session moves is
 * up to the management server, which looks for itself.
 */
export const relayTroubleSchema = z.strictObject({
  relayId: relayIdSchema,
  /**
   * - `broken`: the connection ended without a word from the relay.
   * - `unreachable`: a new one could not be opened, or got no answer.
   */
  kind: z.enum(["broken", "unreachable"]),
});
export type RelayTrouble = z.infer<typeof relayTroubleSchema>;
