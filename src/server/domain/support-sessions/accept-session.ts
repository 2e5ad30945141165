import { notify } from "@/server/db/notifications";
import { recordAuditEvent } from "@/server/domain/audit/record-audit-event";
import type { OperatorActor, ServiceContext } from "@/server/domain/service-context";
import { ACCEPT_WITHIN_MS } from "./deadlines";
import { ownSession, ownSessions, wrongPhase } from "./own-session";

/**
 * The operator takes the waiting customer, who is now told who asks and may agree. A customer who has waited past the
 * deadline is no longer accepted, whether or not the job has seen it yet.
 *
 * @throws AppError NOT_FOUND, SESSION_ENDED, SESSION_WRONG_PHASE
 */
export async function acceptSession(
  ctx: ServiceContext<OperatorActor>,
  { sessionId }: { sessionId: string },
): Promise<Record<string, never>> {
  const now = ctx.now();
  await ctx.db.$transaction(async (tx) => {
    const { count } = await tx.supportSession.updateMany({
      where: {
        ...ownSessions(ctx.actor),
        id: sessionId,
        phase: "waiting",
        createdAt: { gt: new Date(now.getTime() - ACCEPT_WITHIN_MS) },
      },
      data: { phase: "accepted", acceptedAt: now },
    });
    if (count === 0) throw wrongPhase(await ownSession(ctx, tx, sessionId), "waiting");
    await recordAuditEvent(tx, ctx, {
      action: "session.accepted",
      subject: `session:${sessionId}`,
      companyId: ctx.actor.companyId,
    });
    await notify(tx, `session:${sessionId}`, `operator:${ctx.actor.operatorId}`);
  });
  return {};
}
