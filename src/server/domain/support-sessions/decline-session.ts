import type { OperatorActor, ServiceContext } from "@/server/domain/service-context";
import { endSupportSession } from "./end-support-session";
import { ownSession, wrongPhase } from "./own-session";

/**
 * The operator does not take the waiting customer.
 *
 * @throws AppError NOT_FOUND, SESSION_ENDED, SESSION_WRONG_PHASE (accepted sessions are ended, not declined)
 */
export async function declineSession(
  ctx: ServiceContext<OperatorActor>,
  { sessionId }: { sessionId: string },
): Promise<Record<string, never>> {
  await ownSession(ctx, ctx.db, sessionId);
  const ended = await endSupportSession(ctx, {
    sessionId,
    from: ["waiting"],
    reason: "declined_by_operator",
  });
  if (!ended) throw wrongPhase(await ownSession(ctx, ctx.db, sessionId));
  return {};
}
