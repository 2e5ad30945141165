import { AppError } from "@/lib/app-error";
import type { SessionPhase } from "@/protocol/session-views";
import type { DatabaseOrTransaction } from "@/server/db/client";
import type { CustomerActor, OperatorActor, ServiceContext } from "@/server/domain/service-context";
import { type SessionRecord, sessionColumns } from "./session-record";

/**
 * The one place that says which sessions an operator may touch: the own ones, in the own company. Every query of an operator
 * about sessions starts from this condition.
 */
export function ownSessions(actor: OperatorActor) {
  return { operatorId: actor.operatorId, companyId: actor.companyId } as const;
}

/**
 * An operator's own session.
 *
 * @throws AppError NOT_FOUND for an id that is unknown, another operator's or another company's: all the same to the caller
 */
export async function ownSession(
  ctx: Pick<ServiceContext<OperatorActor>, "actor">,
  db: DatabaseOrTransaction,
  sessionId: string,
): Promise<SessionRecord> {
  const session = await db.supportSession.findFirst({
    where: { ...ownSessions(ctx.actor), id: sessionId },
    select: sessionColumns,
  });
  if (!session) throw new AppError("NOT_FOUND");
  return session;
}

/** The session that the customer's ticket opens; null without a ticket, and with one that opens nothing (any more). */
export async function findTicketSession(
  ctx: Pick<ServiceContext<CustomerActor>, "actor">,
  db: DatabaseOrTransaction,
): Promise<SessionRecord | null> {
  const { ticketHash } = ctx.actor;
  if (ticketHash === null) return null;
  return db.supportSession.findUnique({ where: { ticketHash }, select: sessionColumns });
}

/**
 * The session that the customer's ticket opens.
 *
 * @throws AppError NOT_FOUND when it opens none
 */
export async function ticketSession(
  ctx: Pick<ServiceContext<CustomerActor>, "actor">,
  db: DatabaseOrTransaction,
): Promise<SessionRecord> {
  const session = await findTicketSession(ctx, db);
  if (!session) throw new AppError("NOT_FOUND");
  return session;
}

/**
 * The refusal for an act that does not fit the session's phase: over is over, anything else is the wrong moment.
 *
 * @param expected the phase in which the act would have been right; a session that is in it all the same is past its
 *   deadline and about to end, which is as good as over
 */
export function wrongPhase(session: Pick<SessionRecord, "phase">, expected?: SessionPhase): AppError {
  const over = session.phase === "ended" || session.phase === expected;
  return new AppError(over ? "SESSION_ENDED" : "SESSION_WRONG_PHASE");
}

/** How the audit log names the customer of a session. */
export function customerOf(sessionId: string): string {
  return `customer:${sessionId}`;
}
