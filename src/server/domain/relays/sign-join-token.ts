import { randomUUID } from "node:crypto";
import { SignJWT } from "jose";
import { JOIN_TOKEN_ISSUER, JOIN_TOKEN_TTL_SECONDS, JOIN_TOKEN_TYPE } from "@/protocol/join-token";
import type { Permissions } from "@/protocol/permissions";
import type { Role } from "@/protocol/roles";
import type { ServiceContext } from "@/server/domain/service-context";

/**
 * The token with which one side joins a relay, once, within a minute: a JWT signed with Ed25519 (RFC 8037). Its claims
 * are `joinClaimsSchema` of src/protocol/join-token.ts.
 */
export function signJoinToken(
  ctx: Pick<ServiceContext, "env" | "now">,
  claims: {
    readonly relayId: string;
    readonly sessionId: string;
    readonly role: Role;
    readonly permissions: Permissions;
  },
): Promise<string> {
  const issuedAt = Math.floor(ctx.now().getTime() / 1000);
  return new SignJWT({ role: claims.role, permissions: claims.permissions })
    .setProtectedHeader({ alg: "EdDSA", typ: JOIN_TOKEN_TYPE })
    .setIssuer(JOIN_TOKEN_ISSUER)
    .setAudience(claims.relayId)
    .setSubject(claims.sessionId)
    .setJti(randomUUID())
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + JOIN_TOKEN_TTL_SECONDS)
    .sign(ctx.env.TOKEN_SIGNING_KEY);
}
