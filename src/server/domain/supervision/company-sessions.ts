import { AppError } from "@/lib/app-error";
import type { DatabaseOrTransaction } from "@/server/db/client";
import type { OperatorActor, ServiceContext } from "@/server/domain/service-context";
import { type SessionRecord, sessionColumns } from "@/server/domain/support-sessions/session-record";

/** The one place that says which sessions a supervisor may look at: those of the own company. */
export function companySessions(actor: OperatorActor) {
  return { companyId: actor.companyId } as const;
}

/**
 * A session of the supervisor's company.
 *
 * @throws AppError NOT_FOUND for an id that is unknown or another company's: all the same to the caller
 */
export async function companySession(
  ctx: Pick<ServiceContext<OperatorActor>, "actor">,
  db: DatabaseOrTransaction,
  sessionId: string,
): Promise<SessionRecord> {
  const session = await db.supportSession.findFirst({
    where: { ...companySessions(ctx.actor), id: sessionId },
    select: sessionColumns,
  });
  if (!session) throw new AppError("NOT_FOUND");
  return session;
}
