import type { SessionLogRow } from "@/protocol/session-log";
import type { Prisma } from "@/server/db/generated/client";
import { durationSeconds, storedDevice } from "@/server/domain/support-sessions/session-record";

/** The columns that a row of the log is made of. */
export const logColumns = {
  id: true,
  createdAt: true,
  startedAt: true,
  endedAt: true,
  endReason: true,
  device: true,
  bytesForwarded: true,
  note: true,
  category: true,
  surveyAnswer: true,
  erasedAt: true,
  operator: { select: { name: true } },
} as const satisfies Prisma.SupportSessionSelect;

export type LogRecord = Prisma.SupportSessionGetPayload<{ select: typeof logColumns }>;

/** A session as the log shows it. */
export function logRow(session: LogRecord): SessionLogRow {
  return {
    sessionId: session.id,
    operatorName: session.operator.name,
    createdAt: session.createdAt,
    startedAt: session.startedAt,
    endedAt: session.endedAt,
    durationSeconds: durationSeconds(session),
    endReason: session.endReason,
    bytesForwarded: Number(session.bytesForwarded),
    device: storedDevice(session.device),
    note: session.note,
    category: session.category,
    surveyAnswer: session.surveyAnswer,
    erasedAt: session.erasedAt,
  };
}
