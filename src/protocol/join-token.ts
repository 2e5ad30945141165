import { z } from "zod";
import { permissionsSchema } from "./permissions";
import { roleSchema } from "./roles";

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

/** Claims beside `iss`, `aud` (the relay's id), `iat`, `exp` and `jti`. */
export const joinClaimsSchema = z.object({
  /** The session's id. */
  sub: z.uuid(),
  role: roleSchema,
  permissions: permissionsSchema,
  jti: z.string().min(16).max(64),
  exp: z.number(),
});
export type JoinClaims = z.infer<typeof joinClaimsSchema>;

/** Claims of a command beside `iss`, `aud` (the relay's id), `iat` and `exp`: one command, for one session, once. */
export const commandClaimsSchema = z.object({
  /** The session's id. */
  sub: z.uuid(),
  jti: z.string().min(16).max(64),
  exp: z.number(),
});
export type CommandClaims = z.infer<typeof commandClaimsSchema>;

/** Where and with what a browser joins its session. */
export const relayAssignmentSchema = z.object({
  sessionId: z.uuid(),
  relayId: z.string(),
  /** `wss://…/signalling` */
  signallingUrl: z.url(),
  token: z.string(),
});
export type RelayAssignment = z.infer<typeof relayAssignmentSchema>;
