import type { LiveBoard, SupervisedSession } from "@/protocol/supervision";
import type { OperatorActor, ServiceContext } from "@/server/domain/service-context";
import { storedDevice } from "@/server/domain/support-sessions/session-record";
import { watchSnapshots } from "@/server/domain/support-sessions/watch-snapshots";
import { companySession, companySessions } from "./company-sessions";
import { type SupervisedRecord, supervisedColumns, supervisedSession } from "./supervised-session";

/** A measurement says something about now for this long; operators' browsers send one every ten seconds. */
const QUALITY_FRESH_MS = 30_000;

/** All open sessions of the company, at once and after every change. */
export function watchLive(
  ctx: ServiceContext<OperatorActor>,
  signal: AbortSignal,
): AsyncGenerator<LiveBoard, void, undefined> {
  return watchSnapshots({
    notifications: ctx.notifications,
    topics: [`company:${ctx.actor.companyId}`],
    signal,
    read: () => readLiveBoard(ctx),
    now: ctx.now,
  });
}

/**
 * One session of the company, at once and after every change, its end included.
 *
 * @throws AppError NOT_FOUND
 */
export async function* watchSupervised(
  ctx: ServiceContext<OperatorActor>,
  { sessionId }: { sessionId: string },
  signal: AbortSignal,
): AsyncGenerator<SupervisedSession, void, undefined> {
  // Refused before anything is subscribed.
  await companySession(ctx, ctx.db, sessionId);
  yield* watchSnapshots({
    notifications: ctx.notifications,
    topics: [`session:${sessionId}`],
    signal,
    read: () => readSupervised(ctx, { sessionId }),
    now: ctx.now,
  });
}

/** @throws AppError NOT_FOUND */
export async function readSupervised(
  ctx: Pick<ServiceContext<OperatorActor>, "actor" | "db">,
  { sessionId }: { sessionId: string },
): Promise<SupervisedSession> {
  await companySession(ctx, ctx.db, sessionId);
  const session = await ctx.db.supportSession.findUniqueOrThrow({
    where: { id: sessionId },
    select: supervisedColumns,
  });
  return supervisedSession(session, ctx.actor);
}

async function readLiveBoard(ctx: ServiceContext<OperatorActor>): Promise<LiveBoard> {
  const open = await ctx.db.supportSession.findMany({
    where: { ...companySessions(ctx.actor), phase: { not: "ended" } },
    orderBy: [{ createdAt: "asc" }, { id: "asc" }],
    select: supervisedColumns,
  });
  const quality = await readQuality(ctx, open);
  return {
    sessions: open.map((session) => ({
      ...supervisedSession(session, ctx.actor),
      browserName: storedDevice(session.device)?.browserName ?? "",
      osName: storedDevice(session.device)?.osName ?? "",
      quality: quality.get(session.id) ?? null,
    })),
  };
}

async function readQuality(ctx: ServiceContext<OperatorActor>, open: readonly SupervisedRecord[]) {
  const live = open.flatMap(({ id, phase }) => (phase === "live" ? [id] : []));
  if (live.length === 0) return new Map<string, LiveBoard["sessions"][number]["quality"]>();
  const measured = await ctx.db.sessionQuality.findMany({
    where: { sessionId: { in: live }, at: { gt: new Date(ctx.now().getTime() - QUALITY_FRESH_MS) } },
    orderBy: { at: "desc" },
    distinct: ["sessionId"],
    select: { sessionId: true, rttMs: true, lossRatio: true },
  });
  return new Map(measured.map(({ sessionId, rttMs, lossRatio }) => [sessionId, { rttMs, lossRatio }]));
}
