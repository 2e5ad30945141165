import type { OperatorActor, ServiceContext } from "@/server/domain/service-context";
import { endSupportSession } from "./end-support-session";
import { ownSession, wrongPhase } from "./own-session";

/**
 * The operator's **End session**: of an accepted or a live session.
 *
 * @throws AppError NOT_FOUND, SESSION_ENDED, SESSION_WRONG_PHASE (a waiting customer is declined, not ended)
 */
export async function endSessionAsOperator(
  ctx: ServiceContext<OperatorActor>,
  { sessionId }: { sessionId: string },
): Promise<Record<string, never>> {
  await ownSession(ctx, ctx.db, sessionId);
  const ended = await endSupportSession(ctx, {
    sessionId,
    from: ["accepted", "live"],
    reason: "ended_by_operator",
  });
  if (!ended) throw wrongPhase(await ownSession(ctx, ctx.db, sessionId));
  return {};
}
