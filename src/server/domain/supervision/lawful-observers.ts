import type { DatabaseOrTransaction } from "@/server/db/client";
import type { Prisma } from "@/server/db/generated/client";
import type { ServiceContext } from "@/server/domain/service-context";

/** A heartbeat may have been written before somebody joined, and arrive after that was told: rows this young are left alone. */
const SETTLED_AFTER_MS = 10_000;

interface Watching {
  readonly sessionId: string;
  readonly observerId: string;
  readonly signInId: string;
}

/** What a sign-in must be for its owner to watch the company's sessions. */
export function mayWatch(now: Date): Prisma.SignInWhereInput {
  return {
    stage: "complete",
    revokedAt: null,
    expiresAt: { gt: now },
    operator: {
      disabledAt: null,
      deletedAt: null,
      role: { in: ["administrator", "supervisor"] },
    },
  };
}

/** Of those who watch, whoever may not (any more), or not this company's session. */
export async function findUnlawful(
  ctx: Pick<ServiceContext, "now">,
  db: DatabaseOrTransaction,
  watching: readonly Watching[],
): Promise<{ sessionId: string; observerId: string }[]> {
  if (watching.length === 0) return [];
  const [signIns, sessions] = await Promise.all([
    db.signIn.findMany({
      where: { ...mayWatch(ctx.now()), id: { in: watching.map(({ signInId }) => signInId) } },
      select: { id: true, operatorId: true, operator: { select: { companyId: true } } },
    }),
    db.supportSession.findMany({
      where: { id: { in: watching.map(({ sessionId }) => sessionId) } },
      select: { id: true, companyId: true },
    }),
  ]);
  const signInById = new Map(signIns.map((signIn) => [signIn.id, signIn]));
  const companyOf = new Map(sessions.map(({ id, companyId }) => [id, companyId]));
  return watching.flatMap(({ sessionId, observerId, signInId }) => {
    const signIn = signInById.get(signInId);
    const lawful =
      signIn?.operatorId === observerId && signIn.operator?.companyId === companyOf.get(sessionId);
    return lawful ? [] : [{ sessionId, observerId }];
  });
}

/**
 * Closes what is noted as being watched although the relay that carries the session does not tell so: its word of the leaving
 * was lost, or the session came from another relay.
 *
 * @param carried the live sessions of the relay
 * @returns those in which something was closed
 */
export async function closeUntoldObservations<Session extends { readonly id: string }>(
  ctx: Pick<ServiceContext, "now">,
  tx: DatabaseOrTransaction,
  carried: readonly Session[],
  watching: readonly Watching[],
): Promise<Session[]> {
  if (carried.length === 0) return [];
  const told = new Set(watching.map(({ sessionId, observerId }) => `${sessionId}/${observerId}`));
  const open = await tx.sessionObserver.findMany({
    where: {
      sessionId: { in: carried.map(({ id }) => id) },
      leftAt: null,
      joinedAt: { lte: new Date(ctx.now().getTime() - SETTLED_AFTER_MS) },
    },
    select: { id: true, sessionId: true, operatorId: true },
  });
  const untold = open.filter(({ sessionId, operatorId }) => !told.has(`${sessionId}/${operatorId}`));
  if (untold.length === 0) return [];
  await tx.sessionObserver.updateMany({
    where: { id: { in: untold.map(({ id }) => id) } },
    data: { leftAt: ctx.now() },
  });
  const ids = new Set(untold.map(({ sessionId }) => sessionId));
  return carried.filter(({ id }) => ids.has(id));
}
