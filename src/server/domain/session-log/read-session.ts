import { AppError } from "@/lib/app-error";
import type { SessionDetail } from "@/protocol/session-log";
import type { OperatorActor, ServiceContext } from "@/server/domain/service-context";
import { storedToolDevice } from "@/server/domain/support-sessions/session-record";
import { companyCategories } from "./log-options";
import { logColumns, logRow } from "./log-row";
import { readableSessions } from "./log-scope";
import { readTimeline } from "./timeline";

/** One measurement in 15 s: twelve hours. */
const QUALITY_SAMPLES_MAX = 2_880;

/**
 * Everything that is stored about one session, in whatever phase it is.
 *
 * @throws AppError NOT_FOUND for an id that is unknown, another company's or, to an operator, somebody else's
 */
export async function readSession(
  ctx: ServiceContext<OperatorActor>,
  { sessionId }: { sessionId: string },
): Promise<SessionDetail> {
  const session = await ctx.db.supportSession.findFirst({
    where: { ...readableSessions(ctx.actor), id: sessionId },
    select: {
      ...logColumns,
      companyId: true,
      receptionId: true,
      phase: true,
      acceptedAt: true,
      relayId: true,
      toolDevice: true,
      observers: {
        orderBy: { joinedAt: "asc" },
        select: { joinedAt: true, leftAt: true, operator: { select: { name: true } } },
      },
      quality: {
        orderBy: { at: "asc" },
        take: QUALITY_SAMPLES_MAX,
        select: { at: true, rttMs: true, lossRatio: true, framesPerSecond: true, bitrateBps: true },
      },
    },
  });
  if (!session) throw new AppError("NOT_FOUND");
  const [categories, timeline] = await Promise.all([
    companyCategories(ctx.db, session.companyId),
    readTimeline(ctx, session),
  ]);
  return {
    ...logRow(session),
    phase: session.phase,
    acceptedAt: session.acceptedAt,
    relay: session.relayId,
    toolDevice: storedToolDevice(session.toolDevice),
    categories,
    timeline,
    quality: session.quality,
    observers: session.observers.map(({ operator, joinedAt, leftAt }) => ({
      name: operator.name,
      joinedAt,
      leftAt,
    })),
  };
}
