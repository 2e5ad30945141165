import type { EndReason } from "@/protocol/end-reason";
import type { SessionPhase } from "@/protocol/session-views";
import { notify } from "@/server/db/notifications";
import { recordAuditEvent } from "@/server/domain/audit/record-audit-event";
import { closeSessionOnRelay } from "@/server/domain/relays/close-session-on-relay";
import type { ServiceContext } from "@/server/domain/service-context";
import { durationSeconds } from "./session-record";

interface Ending {
  readonly sessionId: string;
  /** The phases in which this end makes sense; in any other nothing happens. */
  readonly from: readonly Exclude<SessionPhase, "ended">[];
  readonly reason: EndReason;
  /** Who ended it, as the audit log writes it, when the context cannot tell. */
  readonly actor?: string;
  /** Ends it only if nobody has been heard of after this moment: for the job, which looked a while ago. */
  readonly unheardOfSince?: Date;
  /** False when it is the relay that tells of the end: it knows. */
  readonly tellRelay?: boolean;
}

/**
 * Ends a session: the only place that does. Of several ends at the same moment the first one counts, with its reason, and the
 * others change nothing. Both sides are told by their watches; the relay is told directly, and again by the answer to
 * its next heartbeat should it not hear. The ticket still opens the ended session for an hour, so that the customer can read why.
 *
 * @returns whether this call ended it
 */
export async function endSupportSession(ctx: ServiceContext, ending: Ending): Promise<boolean> {
  const now = ctx.now();
  const ended = await ctx.db.$transaction(async (tx) => {
    const [session] = await tx.supportSession.updateManyAndReturn({
      where: {
        id: ending.sessionId,
        phase: { in: [...ending.from] },
        ...(ending.unheardOfSince && { lastPresentAt: { lte: ending.unheardOfSince } }),
      },
      data: {
        phase: "ended",
        endedAt: now,
        endReason: ending.reason,
        operatorPresent: false,
        customerPresent: false,
        toolPresent: false,
      },
      select: { id: true, companyId: true, operatorId: true, startedAt: true, relayId: true, relay: true },
    });
    if (!session) return null;
    if (session.startedAt !== null) {
      await tx.supportSession.updateMany({
        where: { id: session.id },
        data: { durationSeconds: durationSeconds({ startedAt: session.startedAt, endedAt: now }) ?? 0 },
      });
    }
    await tx.sessionObserver.updateMany({
      where: { sessionId: session.id, leftAt: null },
      data: { leftAt: now },
    });
    await recordAuditEvent(tx, ctx, {
      action: "session.ended",
      subject: `session:${session.id}`,
      companyId: session.companyId,
      actor: ending.actor,
      detail: { reason: ending.reason, wasLive: session.startedAt !== null },
    });
    await notify(
      tx,
      `session:${session.id}`,
      `operator:${session.operatorId}`,
      `company:${session.companyId}`,
    );
    return session;
  });
  if (!ended) return false;
  if (ended.relay && ending.tellRelay !== false) {
    await closeSessionOnRelay(ctx, ended.relay, ended.id, ending.reason);
  }
  return true;
}
