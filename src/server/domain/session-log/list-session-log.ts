import { z } from "zod";
import { AppError } from "@/lib/app-error";
import type { SessionLogRow } from "@/protocol/session-views";
import type { OperatorActor, ServiceContext } from "@/server/domain/service-context";
import { ownSessions } from "@/server/domain/support-sessions/own-session";
import {
  durationSeconds,
  type SessionRecord,
  sessionColumns,
  storedDevice,
} from "@/server/domain/support-sessions/session-record";
import { decodeCursor, encodeCursor } from "./cursor";

const ROWS_PER_PAGE_DEFAULT = 50;
const ROWS_PER_PAGE_MAX = 100;
const CURSOR_MAX_LENGTH = 200;

export const sessionLogQuerySchema = z.strictObject({
  /** `nextCursor` of the page before. */
  cursor: z.string().max(CURSOR_MAX_LENGTH).optional(),
  limit: z.int().min(1).max(ROWS_PER_PAGE_MAX).default(ROWS_PER_PAGE_DEFAULT),
  /** `company` is for administrators. */
  scope: z.enum(["own", "company"]).default("own"),
});

export interface SessionLogPage {
  readonly rows: SessionLogRow[];
  /** Null: that was the last page. */
  readonly nextCursor: string | null;
}

/**
 * A page of the session log, newest first: ended sessions, also those that never went live. Pages follow one another by
 * (createdAt, id), so that rows that come in between neither shift nor repeat any.
 *
 * @throws AppError FORBIDDEN when somebody else than an administrator asks for the company's, BAD_REQUEST for a made-up cursor
 */
export async function listSessionLog(
  ctx: ServiceContext<OperatorActor>,
  { cursor, limit, scope }: z.output<typeof sessionLogQuerySchema>,
): Promise<SessionLogPage> {
  const after = cursor === undefined ? null : decodeCursor(cursor);
  const found = await ctx.db.supportSession.findMany({
    where: {
      ...logScope(ctx.actor, scope),
      phase: "ended",
      ...(after && {
        // The first part is implied by the second and lets the index start at the right row.
        createdAt: { lte: after.createdAt },
        OR: [{ createdAt: { lt: after.createdAt } }, { createdAt: after.createdAt, id: { lt: after.id } }],
      }),
    },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    // One more than asked for tells whether there is another page.
    take: limit + 1,
    select: sessionColumns,
  });
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  return {
    rows: rows.map(logRow),
    nextCursor: found.length > limit && last ? encodeCursor(last) : null,
  };
}

/** Whose sessions: the own ones, or, for an administrator, the whole company's. */
function logScope(actor: OperatorActor, scope: "own" | "company") {
  if (scope === "own") return ownSessions(actor);
  if (actor.role !== "administrator") throw new AppError("FORBIDDEN");
  return { companyId: actor.companyId };
}

function logRow(session: SessionRecord): SessionLogRow {
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
  };
}
