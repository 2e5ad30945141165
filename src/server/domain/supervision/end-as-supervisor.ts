import { recordAuditEvent } from "@/server/domain/audit/record-audit-event";
import type { OperatorActor, ServiceContext } from "@/server/domain/service-context";
import { endSupportSession } from "@/server/domain/support-sessions/end-support-session";
import { wrongPhase } from "@/server/domain/support-sessions/own-session";
import { companySession } from "./company-sessions";

/**
 * A supervisor ends a session of the company, however far it is. Both sides are told why.
 *
 * @throws AppError NOT_FOUND, SESSION_ENDED
 */
export async function endAsSupervisor(
  ctx: ServiceContext<OperatorActor>,
  { sessionId }: { sessionId: string },
): Promise<Record<string, never>> {
  const { phase, companyId, operatorId } = await companySession(ctx, ctx.db, sessionId);
  const ended = await endSupportSession(ctx, {
    sessionId,
    from: ["waiting", "accepted", "live"],
    reason: "ended_by_supervisor",
  });
  if (!ended) throw wrongPhase(await companySession(ctx, ctx.db, sessionId));
  await recordAuditEvent(ctx.db, ctx, {
    action: "supervision.ended",
    subject: `session:${sessionId}`,
    companyId,
    detail: { before: { phase }, after: { phase: "ended" }, operator: `operator:${operatorId}` },
  });
  return {};
}
