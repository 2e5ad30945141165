import { CSV_BOM, csvRow } from "@/lib/csv";
import type { EndReason } from "@/protocol/end-reason";
import type { SessionFilter, SessionLogRow, SurveyAnswer } from "@/protocol/session-log";
import { recordAuditEvent } from "@/server/domain/audit/record-audit-event";
import type { OperatorActor, ServiceContext } from "@/server/domain/service-context";
import { decodeCursor, encodeCursor } from "./cursor";
import { findPlaces, readRows } from "./list-session-log";
import { logConditions } from "./log-conditions";
import { type LogScope, operatorOfScope } from "./log-scope";

/** Rows that are in memory at a time. */
const BATCH_ROWS = 500;

export interface ExportQuery {
  readonly scope: LogScope;
  readonly filter: SessionFilter;
  /** IANA; the columns' times are of this zone. */
  readonly timeZone: string;
  readonly words: ExportWords;
}

/** The file's words, in the reader's language. */
export interface ExportWords {
  /** In the order of the columns. */
  readonly columns: readonly string[];
  readonly endReason: (reason: EndReason) => string;
  readonly survey: (answer: SurveyAnswer) => string;
}

/**
 * The log as CSV, newest first, a piece at a time: whoever reads slowly holds nothing up, and whoever stops reading ends it.
 * That somebody took it away is in the audit log.
 *
 * @throws AppError FORBIDDEN when an operator asks for the company's; before the first piece
 */
export async function exportSessionLog(
  ctx: ServiceContext<OperatorActor>,
  { scope, filter, timeZone, words }: ExportQuery,
): Promise<AsyncGenerator<string, void, undefined>> {
  const own = operatorOfScope(ctx.actor, scope);
  const scoped = own === undefined ? filter : { ...filter, operatorId: own };
  const { companyId } = ctx.actor;
  await recordAuditEvent(ctx.db, ctx, {
    action: "session_log.exported",
    subject: null,
    companyId,
    detail: {
      scope,
      from: filter.from?.toISOString() ?? null,
      to: filter.to?.toISOString() ?? null,
      // Which parts narrowed it; what was searched for may be a person.
      filteredBy: Object.keys(filter).filter((part) => part !== "from" && part !== "to"),
    },
  });
  return csvPieces(ctx, scoped, timeZone, words);
}

async function* csvPieces(
  ctx: ServiceContext<OperatorActor>,
  filter: SessionFilter,
  timeZone: string,
  words: ExportWords,
): AsyncGenerator<string, void, undefined> {
  const order = { sort: "start", descending: true } as const;
  const conditions = await logConditions(ctx.db, ctx.actor.companyId, filter, order.sort);
  const moment = momentFormat(timeZone);
  yield CSV_BOM + csvRow(words.columns);
  let cursor: string | null = null;
  do {
    const after = cursor === null ? null : decodeCursor(cursor, order);
    const { places, goOn } = await findPlaces(ctx, conditions, { ...order, after, limit: BATCH_ROWS });
    const rows = await readRows(ctx, places);
    if (rows.length > 0) yield rows.map((row) => csvRow(fields(row, moment, words))).join("");
    cursor = goOn && encodeCursor({ ...order, ...goOn });
  } while (cursor !== null);
}

function fields(
  row: SessionLogRow,
  moment: (at: Date | null) => string | null,
  words: ExportWords,
): (string | number | null)[] {
  const { device } = row;
  return [
    row.sessionId,
    row.operatorName,
    moment(row.createdAt),
    moment(row.startedAt),
    moment(row.endedAt),
    row.durationSeconds,
    row.endReason && words.endReason(row.endReason),
    row.bytesForwarded,
    row.category,
    row.note,
    row.surveyAnswer && words.survey(row.surveyAnswer),
    device && `${device.osName} ${device.osVersion}`.trim(),
    device && `${device.browserName} ${device.browserVersion}`.trim(),
    device && `${device.screenWidth} × ${device.screenHeight}`,
    device?.language ?? null,
    moment(row.erasedAt),
  ];
}

/** `2026-11-22 18:03:12`: every spreadsheet reads it as a time, whatever its language. */
function momentFormat(timeZone: string): (at: Date | null) => string | null {
  // Swedish is written like ISO 8601.
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "medium" });
  return (at) => at && format.format(at);
}
