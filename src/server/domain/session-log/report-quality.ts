import { AppError } from "@/lib/app-error";
import type { QualityReport } from "@/protocol/session-log";
import { newId } from "@/server/db/new-id";
import type { OperatorActor, ServiceContext } from "@/server/domain/service-context";
import { ownSession, ownSessions, wrongPhase } from "@/server/domain/support-sessions/own-session";

/** A page reports every 15 s; two pages of one session take turns. */
export const QUALITY_REPORT_MIN_INTERVAL_MS = 10_000;

/**
 * Keeps how the connection of an own live session is.
 *
 * @throws AppError NOT_FOUND, SESSION_ENDED, SESSION_WRONG_PHASE, MESSAGE_TOO_OFTEN
 */
export async function reportQuality(
  ctx: ServiceContext<OperatorActor>,
  { sessionId, ...measured }: QualityReport,
): Promise<Record<string, never>> {
  const now = ctx.now();
  await ctx.db.$transaction(async (tx) => {
    // The lock lets reports of the same moment come one after the other.
    const { companyId, operatorId } = ownSessions(ctx.actor);
    const [live] = await tx.$queryRaw<{ id: string }[]>`
      SELECT id FROM support_session
      WHERE id = ${sessionId}::uuid AND company_id = ${companyId}::uuid AND operator_id = ${operatorId}::uuid
        AND phase = 'live'
      FOR NO KEY UPDATE`;
    if (!live) throw wrongPhase(await ownSession(ctx, tx, sessionId));
    const recent = await tx.sessionQuality.count({
      where: { sessionId, at: { gt: new Date(now.getTime() - QUALITY_REPORT_MIN_INTERVAL_MS) } },
    });
    if (recent > 0) throw new AppError("MESSAGE_TOO_OFTEN");
    await tx.sessionQuality.create({
      data: { id: newId(), sessionId, at: now, ...measured },
      select: { id: true },
    });
  });
  return {};
}
