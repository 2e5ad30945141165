import type { RelayReport } from "@/protocol/relay-api";
import type { DatabaseOrTransaction } from "@/server/db/client";
import { newId } from "@/server/db/new-id";
import { notify } from "@/server/db/notifications";
import { recordAuditEvent } from "@/server/domain/audit/record-audit-event";
import type { RelayActor, ServiceContext } from "@/server/domain/service-context";

type Joined = Extract<RelayReport["event"], { type: "observer_joined" }>;
type Left = Extract<RelayReport["event"], { type: "observer_left" }>;

/**
 * A relay tells that somebody began to watch. Told twice, it counts once; told of a session that has ended or moved, it is out
 * of date. Whether that somebody may watch is asked anew right after, by a job and at every heartbeat.
 */
export async function recordObserverJoined(
  ctx: ServiceContext<RelayActor>,
  relayId: string,
  { sessionId, observerId, signInId }: Joined,
): Promise<void> {
  await ctx.db.$transaction(async (tx) => {
    const session = await tx.supportSession.findFirst({
      where: { id: sessionId, relayId, phase: "live", company: { operators: { some: { id: observerId } } } },
      select: { companyId: true },
    });
    if (!session) return;
    const open = { sessionId, operatorId: observerId, leftAt: null };
    if ((await tx.sessionObserver.count({ where: { ...open, signInId } })) > 0) return;
    const signIn = await tx.signIn.findFirst({ where: { id: signInId, operatorId: observerId } });
    await tx.sessionObserver.updateMany({ where: open, data: { leftAt: ctx.now() } });
    await tx.sessionObserver.create({
      data: {
        id: newId(),
        sessionId,
        operatorId: observerId,
        signInId: signIn?.id ?? null,
        joinedAt: ctx.now(),
      },
      select: { id: true },
    });
    await recordAuditEvent(tx, ctx, {
      action: "supervision.observed",
      subject: `session:${sessionId}`,
      companyId: session.companyId,
      actor: `operator:${observerId}`,
    });
    await tellWatchers(tx, sessionId, session.companyId);
  });
}

/** A relay tells that somebody ceased to watch: also after the session's end. */
export async function recordObserverLeft(
  ctx: ServiceContext<RelayActor>,
  { sessionId, observerId, signInId }: Left,
): Promise<void> {
  await closeObservation(ctx, { sessionId, observerId, signInId });
}

/** Notes that somebody has ceased to watch. Does nothing when that is known. */
export async function closeObservation(
  ctx: Pick<ServiceContext, "db" | "now">,
  { sessionId, observerId, signInId }: { sessionId: string; observerId: string; signInId: string | null },
): Promise<void> {
  await ctx.db.$transaction(async (tx) => {
    const { count } = await tx.sessionObserver.updateMany({
      // A sign-in that was deleted meanwhile is null in the row.
      where: { sessionId, operatorId: observerId, leftAt: null, OR: [{ signInId }, { signInId: null }] },
      data: { leftAt: ctx.now() },
    });
    if (count === 0) return;
    const session = await tx.supportSession.findUnique({
      where: { id: sessionId },
      select: { companyId: true },
    });
    if (session) await tellWatchers(tx, sessionId, session.companyId);
  });
}

async function tellWatchers(tx: DatabaseOrTransaction, sessionId: string, companyId: string): Promise<void> {
  await notify(tx, `session:${sessionId}`, `company:${companyId}`);
}
