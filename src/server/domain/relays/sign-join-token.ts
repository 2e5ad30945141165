import { randomUUID } from "node:crypto";
import { SignJWT } from "jose";
import { JOIN_TOKEN_ISSUER, JOIN_TOKEN_TTL_SECONDS, JOIN_TOKEN_TYPE } from "@/protocol/join-token";
import type { Permissions } from "@/protocol/permissions";
import type { JoinRole, Observer } from "@/protocol/roles";
import type { ServiceContext } from "@/server/domain/service-context";

export type JoinTokenClaims = {
  readonly relayId: string;
  readonly sessionId: string;
  readonly permissions: Permissions;
  readonly grantable: Permissions;
  readonly bytesForwarded?: number;
} & (
  | { readonly role: Exclude<JoinRole, "observer"> }
  | { readonly role: "observer"; readonly observer: Observer; readonly signInId: string }
);

/**
 * The token with which one side, an observer or the Client Tool joins a relay, once, within a minute: a JWT signed with Ed25519 (RFC 8037). Its claims
 * are `joinClaimsSchema` of src/protocol/join-token.ts.
 */
export function signJoinToken(
  ctx: Pick<ServiceContext, "env" | "now">,
  { relayId, sessionId, ...claims }: JoinTokenClaims,
): Promise<string> {
  const issuedAt = Math.floor(ctx.now().getTime() / 1000);
  return new SignJWT(claims)
    .setProtectedHeader({ alg: "EdDSA", typ: JOIN_TOKEN_TYPE })
    .setIssuer(JOIN_TOKEN_ISSUER)
    .setAudience(relayId)
    .setSubject(sessionId)
    .setJti(randomUUID())
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + JOIN_TOKEN_TTL_SECONDS)
    .sign(ctx.env.TOKEN_SIGNING_KEY);
}
