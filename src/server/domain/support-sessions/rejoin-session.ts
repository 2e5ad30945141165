import type { RelayAssignment, RelayTrouble } from "@/protocol/join-token";
import { joinRelay } from "@/server/domain/relays/join-relay";
import type { CustomerActor, ServiceContext } from "@/server/domain/service-context";
import { customerOf, ticketSession, wrongPhase } from "./own-session";
import { storedPermissions } from "./session-record";

/**
 * A way back into the live session for the customer: after a reload, or when the relay is gone.
 *
 * @param trouble what the browser tells of the relay that it had
 * @throws AppError NOT_FOUND, SESSION_ENDED, SESSION_WRONG_PHASE, NO_RELAY
 */
export async function rejoinSession(
  ctx: ServiceContext<CustomerActor>,
  { trouble }: { trouble?: RelayTrouble } = {},
): Promise<RelayAssignment> {
  const session = await ticketSession(ctx, ctx.db);
  if (session.phase !== "live") throw wrongPhase(session);
  return joinRelay(ctx, session, storedPermissions(session.permissions), {
    role: "customer",
    actor: customerOf(session.id),
    trouble,
  });
}
