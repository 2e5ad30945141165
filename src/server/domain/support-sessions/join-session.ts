import type { RelayAssignment, RelayTrouble } from "@/protocol/join-token";
import { joinRelay } from "@/server/domain/relays/join-relay";
import type { OperatorActor, ServiceContext } from "@/server/domain/service-context";
import { ownSession, wrongPhase } from "./own-session";
import { storedPermissions } from "./session-record";

/**
 * The operator's way into a live session, the first time and after every reload.
 *
 * @param trouble what the browser tells of the relay that it had
 * @throws AppError NOT_FOUND, SESSION_ENDED, SESSION_WRONG_PHASE, NO_RELAY
 */
export async function joinSession(
  ctx: ServiceContext<OperatorActor>,
  { sessionId, trouble }: { sessionId: string; trouble?: RelayTrouble },
): Promise<RelayAssignment> {
  const session = await ownSession(ctx, ctx.db, sessionId);
  if (session.phase !== "live") throw wrongPhase(session);
  return joinRelay(ctx, session, storedPermissions(session.permissions), {
    role: "operator",
    actor: `operator:${ctx.actor.operatorId}`,
    trouble,
  });
}
