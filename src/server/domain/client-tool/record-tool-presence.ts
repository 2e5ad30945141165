import { notify } from "@/server/db/notifications";
import { recordAuditEvent } from "@/server/domain/audit/record-audit-event";
import type { RelayActor, ServiceContext } from "@/server/domain/service-context";
import { customerOf } from "@/server/domain/support-sessions/own-session";

/**
 * The Client Tool came to the session's relay, or is gone from it. Told a second time, or of a session that has moved or ended, it
 * changes nothing. Unlike a side's its presence keeps no session alive.
 */
export async function recordToolPresence(
  ctx: ServiceContext<RelayActor>,
  relayId: string,
  sessionId: string,
  isPresent: boolean,
): Promise<void> {
  await ctx.db.$transaction(async (tx) => {
    const [session] = await tx.supportSession.updateManyAndReturn({
      where: { id: sessionId, relayId, phase: "live", toolPresent: !isPresent },
      data: { toolPresent: isPresent },
      select: { companyId: true, operatorId: true },
    });
    if (!session) return;
    await recordAuditEvent(tx, ctx, {
      action: isPresent ? "session.tool_joined" : "session.tool_left",
      subject: `session:${sessionId}`,
      companyId: session.companyId,
      actor: customerOf(sessionId),
      detail: { relay: relayId },
    });
    await notify(tx, `session:${sessionId}`, `operator:${session.operatorId}`);
  });
}
