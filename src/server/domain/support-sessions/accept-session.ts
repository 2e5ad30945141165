import { notify } from "@/server/db/notifications";
import { recordAuditEvent } from "@/server/domain/audit/record-audit-event";
import { refuseTooManySessions } from "@/server/domain/companies/company-limits";
import type { OperatorActor, ServiceContext } from "@/server/domain/service-context";
import { ACCEPT_WITHIN_MS } from "./deadlines";
import { ownSession, ownSessions, wrongPhase } from "./own-session";

/**
 * The operator takes the waiting customer, who is now told who asks and may agree. A customer who has waited past the
 * deadline is no longer accepted, whether or not the job has seen it yet.
 *
 * @param options.automatic nobody pressed anything: the company's policy did it
 * @throws AppError NOT_FOUND, SESSION_ENDED, SESSION_WRONG_PHASE, SESSION_LIMIT when the company's plan allows no more at the same
 *   time (the customer goes on waiting), COMPANY_SUSPENDED
 */
export async function acceptSession(
  ctx: ServiceContext<OperatorActor>,
  { sessionId }: { sessionId: string },
  { automatic = false }: { automatic?: boolean } = {},
): Promise<Record<string, never>> {
  const now = ctx.now();
  await ctx.db.$transaction(async (tx) => {
    // First what can be refused without the limit, so that a session that is over says so.
    const session = await ownSession(ctx, tx, sessionId);
    if (session.phase !== "waiting") throw wrongPhase(session, "waiting");
    await refuseTooManySessions(tx, { companyId: ctx.actor.companyId, sessionId });
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
      detail: automatic ? { automatic } : {},
    });
    await notify(
      tx,
      `session:${sessionId}`,
      `operator:${ctx.actor.operatorId}`,
      `company:${ctx.actor.companyId}`,
    );
  });
  return {};
}
