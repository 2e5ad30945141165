import type { ConsoleSnapshot } from "@/protocol/session-views";
import { ownReceptions } from "@/server/domain/receptions/own-receptions";
import type { OperatorActor, ServiceContext } from "@/server/domain/service-context";
import { liveSession, waitingCustomer } from "./operator-view";
import { ownSessions } from "./own-session";
import { durationSeconds, sessionColumns } from "./session-record";

const DAY_MS = 24 * 60 * 60_000;

/** All that the console's first page shows of the operator's own work. */
export async function readConsoleSnapshot(ctx: ServiceContext<OperatorActor>): Promise<ConsoleSnapshot> {
  const now = ctx.now();
  const [receptions, open, lastDay] = await Promise.all([
    ctx.db.receptionNumber.findMany({
      where: { ...ownReceptions(ctx.actor), state: "live", expiresAt: { gt: now } },
      orderBy: [{ issuedAt: "desc" }, { id: "desc" }],
      select: { id: true, issuedAt: true, expiresAt: true },
    }),
    ctx.db.supportSession.findMany({
      where: { ...ownSessions(ctx.actor), phase: { not: "ended" } },
      // Whoever came first is served first.
      orderBy: [{ createdAt: "asc" }, { id: "asc" }],
      select: sessionColumns,
    }),
    countLastDay(ctx, now),
  ]);
  return {
    receptions: receptions.map(({ id, issuedAt, expiresAt }) => ({ receptionId: id, issuedAt, expiresAt })),
    waiting: open.flatMap((session) =>
      session.phase === "waiting" || session.phase === "accepted"
        ? [waitingCustomer({ ...session, phase: session.phase })]
        : [],
    ),
    live: open.flatMap((session) =>
      session.phase === "live" && session.startedAt ? [liveSession(session, session.startedAt)] : [],
    ),
    lastDay,
  };
}

/** When the snapshot changes by itself: the next number lapses. Null: at no known time. */
export function nextConsoleDeadline(snapshot: ConsoleSnapshot): Date | null {
  const times = snapshot.receptions.map(({ expiresAt }) => expiresAt.getTime());
  return times.length === 0 ? null : new Date(Math.min(...times));
}

/** Sessions that went live in the last 24 hours, and the seconds that the ended ones took. */
async function countLastDay(
  ctx: ServiceContext<OperatorActor>,
  now: Date,
): Promise<ConsoleSnapshot["lastDay"]> {
  const started = await ctx.db.supportSession.findMany({
    where: { ...ownSessions(ctx.actor), startedAt: { gt: new Date(now.getTime() - DAY_MS) } },
    select: { startedAt: true, endedAt: true },
  });
  const seconds = started.reduce((sum, session) => sum + (durationSeconds(session) ?? 0), 0);
  return { sessions: started.length, seconds };
}
