import { randomUUID } from "node:crypto";
import { SignJWT } from "jose";
import {
  CHECK_TOKEN_TTL_SECONDS,
  CHECK_TOKEN_TYPE,
  type ConnectivityCheck,
} from "@/protocol/connectivity-check";
import { JOIN_TOKEN_ISSUER } from "@/protocol/join-token";
import { pickRelay } from "@/server/domain/relays/assign-relay";
import { DEFAULT_REGION, isEligible } from "@/server/domain/relays/eligible-relay";
import { giveUpLateRelays } from "@/server/domain/relays/give-up-relay";
import { signallingUrl } from "@/server/domain/relays/join-relay";
import type { AnonymousActor, ServiceContext } from "@/server/domain/service-context";
import { admitCheck } from "./admit-check";
import { CHECK_TURN_TTL_SECONDS, iceServersFor } from "./ice-servers";

/**
 * What anybody's browser needs to check its way to the service: the relay that a session would get now, a token for an
 * echo room there, and TURN servers with credentials that outlast the check and no more.
 *
 * @throws AppError CHECK_LIMIT, NO_RELAY
 */
export async function beginCheck(ctx: ServiceContext<AnonymousActor>): Promise<ConnectivityCheck> {
  await admitCheck(ctx);
  await giveUpLateRelays(ctx);
  const { relay } = await pickRelay(ctx, ctx.db, DEFAULT_REGION);
  const relays = await ctx.db.relay.findMany({ orderBy: { id: "asc" } });
  const checkId = randomUUID();
  return {
    checkId,
    signallingUrl: signallingUrl(relay),
    token: await signCheckToken(ctx, { relayId: relay.id, checkId }),
    iceServers: iceServersFor(ctx, checkId, CHECK_TURN_TTL_SECONDS),
    relays: relays.filter((candidate) => isEligible(candidate, ctx.now())).map(signallingUrl),
  };
}

/** Same key as a join token, another `typ`, so that neither can stand in for the other (RFC 8725, 3.11). */
function signCheckToken(
  ctx: Pick<ServiceContext, "env" | "now">,
  { relayId, checkId }: { relayId: string; checkId: string },
): Promise<string> {
  const issuedAt = Math.floor(ctx.now().getTime() / 1000);
  return new SignJWT({ role: "check" })
    .setProtectedHeader({ alg: "EdDSA", typ: CHECK_TOKEN_TYPE })
    .setIssuer(JOIN_TOKEN_ISSUER)
    .setAudience(relayId)
    .setSubject(checkId)
    .setJti(randomUUID())
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + CHECK_TOKEN_TTL_SECONDS)
    .sign(ctx.env.TOKEN_SIGNING_KEY);
}
