import { AppError } from "@/lib/app-error";
import type { RelayAssignment } from "@/protocol/join-token";
import { restrictPermissions } from "@/protocol/permissions";
import { iceServersFor, SESSION_TURN_TTL_SECONDS } from "@/server/domain/connectivity/ice-servers";
import { isHeardOf } from "@/server/domain/relays/eligible-relay";
import { signallingUrl } from "@/server/domain/relays/join-relay";
import { signJoinToken } from "@/server/domain/relays/sign-join-token";
import type { OperatorActor, ServiceContext } from "@/server/domain/service-context";
import { grantablePermissions } from "@/server/domain/support-sessions/grantable-permissions";
import { wrongPhase } from "@/server/domain/support-sessions/own-session";
import { storedPermissions } from "@/server/domain/support-sessions/session-record";
import { companySession } from "./company-sessions";

/** Names are shorter; a relay takes no longer ones. */
const NAME_MAX_LENGTH = 200;

/**
 * A supervisor's way to watch a live session. Nothing about the session changes: the relay that carries it is the one it
 * has. That somebody watches is told and audited when the relay says so.
 *
 * @throws AppError NOT_FOUND, SESSION_ENDED, SESSION_WRONG_PHASE, NO_RELAY when the session's relay is away for the moment
 */
export async function observeSession(
  ctx: ServiceContext<OperatorActor>,
  { sessionId }: { sessionId: string },
): Promise<RelayAssignment> {
  const session = await companySession(ctx, ctx.db, sessionId);
  if (session.phase !== "live") throw wrongPhase(session);
  const relay =
    session.relayId === null ? null : await ctx.db.relay.findUnique({ where: { id: session.relayId } });
  if (!relay || !isHeardOf(relay, ctx.now())) throw new AppError("NO_RELAY");
  const grantable = grantablePermissions(session.company);
  const { operatorId, operatorName, signInId } = ctx.actor;
  const token = await signJoinToken(ctx, {
    relayId: relay.id,
    sessionId,
    role: "observer",
    observer: { observerId: operatorId, name: operatorName.slice(0, NAME_MAX_LENGTH) },
    signInId,
    permissions: restrictPermissions(storedPermissions(session.permissions), grantable),
    grantable,
  });
  const iceServers = iceServersFor(ctx, sessionId, SESSION_TURN_TTL_SECONDS);
  return { sessionId, relayId: relay.id, signallingUrl: signallingUrl(relay), token, iceServers };
}
