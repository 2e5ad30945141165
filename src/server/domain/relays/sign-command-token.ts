import { randomUUID } from "node:crypto";
import { SignJWT } from "jose";
import { COMMAND_TOKEN_TYPE, JOIN_TOKEN_ISSUER } from "@/protocol/join-token";
import type { ServiceContext } from "@/server/domain/service-context";

/** A command is sent at once; the rest is for clocks that differ. */
const COMMAND_TOKEN_TTL_SECONDS = 60;

/**
 * The token of one command to one relay about one session, or about one observer of it. Same key as a join token, another `typ`, so that neither can
 * stand in for the other (RFC 8725, 3.11).
 */
export function signCommandToken(
  ctx: Pick<ServiceContext, "env" | "now">,
  claims: { readonly relayId: string; readonly sessionId: string; readonly observerId?: string },
): Promise<string> {
  const issuedAt = Math.floor(ctx.now().getTime() / 1000);
  const { observerId } = claims;
  return new SignJWT(observerId === undefined ? {} : { observerId })
    .setProtectedHeader({ alg: "EdDSA", typ: COMMAND_TOKEN_TYPE })
    .setIssuer(JOIN_TOKEN_ISSUER)
    .setAudience(claims.relayId)
    .setSubject(claims.sessionId)
    .setJti(randomUUID())
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + COMMAND_TOKEN_TTL_SECONDS)
    .sign(ctx.env.TOKEN_SIGNING_KEY);
}
