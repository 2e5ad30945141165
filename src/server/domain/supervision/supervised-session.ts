import type { SupervisedSession } from "@/protocol/supervision";
import type { Prisma } from "@/server/db/generated/client";
import type { OperatorActor } from "@/server/domain/service-context";

/** The columns that a supervisor's view of a session is made of. */
export const supervisedColumns = {
  id: true,
  phase: true,
  createdAt: true,
  startedAt: true,
  endedAt: true,
  endReason: true,
  device: true,
  operatorPresent: true,
  customerPresent: true,
  operatorId: true,
  operator: { select: { name: true } },
  observers: {
    where: { leftAt: null },
    orderBy: { joinedAt: "asc" },
    select: { operatorId: true, operator: { select: { name: true } } },
  },
} as const satisfies Prisma.SupportSessionSelect;

export type SupervisedRecord = Prisma.SupportSessionGetPayload<{ select: typeof supervisedColumns }>;

/** What a supervisor is told of a session: how it stands, and nothing of its content. */
export function supervisedSession(session: SupervisedRecord, viewer: OperatorActor): SupervisedSession {
  return {
    sessionId: session.id,
    phase: session.phase,
    operatorName: session.operator.name,
    isOwn: session.operatorId === viewer.operatorId,
    since: session.createdAt,
    startedAt: session.startedAt,
    endedAt: session.endedAt,
    endReason: session.endReason,
    operatorPresent: session.operatorPresent,
    customerPresent: session.customerPresent,
    observers: session.observers.map(({ operatorId, operator }) => ({
      observerId: operatorId,
      name: operator.name,
    })),
  };
}
