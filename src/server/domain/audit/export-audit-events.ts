import { findWords } from "@/i18n/find-words";
import type { Locale } from "@/i18n/locales";
import { messages } from "@/i18n/messages";
import { CSV_BOM, csvRow } from "@/lib/csv";
import type { AuditFilter, AuditParty } from "@/protocol/audit-log";
import { decodeAuditCursor } from "./audit-cursor";
import { type AuditReader, auditScope, readAuditPage } from "./list-audit-events";
import { recordAuditEvent } from "./record-audit-event";

const PAGE = 1_000;

/**
 * The audit log as CSV, newest first, piece by piece: as much memory as a page takes, however long the log is. That somebody
 * took it along is itself recorded, before the first piece.
 */
export async function* exportAuditEvents(
  ctx: AuditReader,
  filter: AuditFilter,
  locale: Locale,
): AsyncGenerator<string, void, undefined> {
  await recordAuditEvent(ctx.db, ctx, {
    action: "audit.exported",
    subject: null,
    companyId: auditScope(ctx),
    detail: {
      ...(filter.from && { from: filter.from.toISOString() }),
      ...(filter.to && { to: filter.to.toISOString() }),
      ...(filter.actor && { actor: filter.actor }),
      ...(filter.group && { group: filter.group }),
      ...(filter.text && { text: filter.text }),
    },
  });
  const words = messages[locale].audit;
  const wordFor = (path: string) => findWords(words, path) ?? "";
  yield CSV_BOM + csvRow(Object.values(words.csv));
  const party = (one: AuditParty | null) => [
    one ? wordFor(`kinds.${one.kind}`) || one.kind : null,
    one?.name ?? null,
    one?.id ?? null,
  ];
  let cursor: string | null = null;
  do {
    const page = await readAuditPage(ctx, filter, PAGE, cursor === null ? null : decodeAuditCursor(cursor));
    yield page.rows
      .map((row) =>
        csvRow([
          row.entry,
          row.at.toISOString(),
          ...party(row.actor),
          wordFor(`actions.${row.action}`),
          row.action,
          ...party(row.subject),
          row.clientAddress,
          JSON.stringify(row.detail),
        ]),
      )
      .join("");
    cursor = page.nextCursor;
  } while (cursor !== null);
}
