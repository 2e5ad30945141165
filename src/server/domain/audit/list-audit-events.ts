import { z } from "zod";
import type { AuditFilter, AuditPage, AuditQuery } from "@/protocol/audit-log";
import { Prisma } from "@/server/db/generated/client";
import type { OperatorActor, ProviderActor, ServiceContext } from "@/server/domain/service-context";
import { type AuditCursor, decodeAuditCursor, encodeAuditCursor } from "./audit-cursor";
import { findAuditNames } from "./audit-names";

/** A text is looked for in so many events at a time; the next page looks further back. No index could find parts of words in details. */
const SEARCHED_AT_A_TIME = 20_000;
/** More people than that with one text in their names: the first ones. */
const NAMES_FOUND_MAX = 200;

export type AuditReader = ServiceContext<OperatorActor> | ServiceContext<ProviderActor>;

/** Whose log a reader reads; null is the provider's own. No other is ever asked for. */
export function auditScope({ actor }: AuditReader): string | null {
  return actor.kind === "operator" ? actor.companyId : null;
}

interface EventRow {
  readonly id: bigint;
  readonly seq: bigint | null;
  readonly at: Date;
  readonly actor: string;
  readonly action: string;
  readonly subject: string | null;
  readonly client_address: string | null;
  readonly detail: unknown;
}

/**
 * A page of the audit log, newest first: of the administrator's company, or the provider's own. Pages follow one another by
 * (at, id), so that new events neither shift nor repeat any, and a late page costs no more than the first.
 *
 * @throws AppError BAD_REQUEST for a made-up cursor
 */
export async function listAuditEvents(ctx: AuditReader, query: AuditQuery): Promise<AuditPage> {
  return await readAuditPage(ctx, query, query.limit, query.cursor ? decodeAuditCursor(query.cursor) : null);
}

/** The same with any page size, for exports. */
export async function readAuditPage(
  ctx: AuditReader,
  filter: AuditFilter,
  limit: number,
  after: AuditCursor | null,
): Promise<AuditPage> {
  const matching = filterConditions(auditScope(ctx), filter, after);
  const text = filter.text ?? "";
  const found =
    text === ""
      ? await ctx.db.$queryRaw<EventRow[]>`${selectEvents(matching)} LIMIT ${limit + 1}`
      : await ctx.db.$queryRaw<EventRow[]>`
          SELECT * FROM (${selectEvents(matching)} LIMIT ${SEARCHED_AT_A_TIME}) searched
          WHERE ${await textCondition(ctx, text)} ORDER BY at DESC, id DESC LIMIT ${limit + 1}`;
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  // One more than asked for tells whether there is another page; a search may also have stopped at its bound.
  const isFull = found.length > limit && last !== undefined;
  const stoppedAt = text === "" || isFull ? null : await lastSearched(ctx, matching);
  return {
    rows: await toRows(ctx, rows),
    nextCursor: isFull ? encodeAuditCursor(last) : stoppedAt && encodeAuditCursor(stoppedAt),
    searchedBackTo: stoppedAt?.at ?? null,
  };
}

/** The company first in the order although it is the same everywhere: for NULL, too, the index then gives the order. */
function selectEvents(conditions: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`
    SELECT e.id, l.seq, e.at, e.actor, e.action, e.subject, e.client_address, e.detail
    FROM audit_event e LEFT JOIN audit_link l ON l.event_id = e.id
    WHERE ${conditions} ORDER BY e.company_id, e.at DESC, e.id DESC`;
}

function filterConditions(
  companyId: string | null,
  { from, to, actor, group }: AuditFilter,
  after: AuditCursor | null,
): Prisma.Sql {
  const conditions = [
    companyId === null ? Prisma.sql`e.company_id IS NULL` : Prisma.sql`e.company_id = ${companyId}::uuid`,
  ];
  if (from) conditions.push(Prisma.sql`e.at >= ${from}`);
  if (to) conditions.push(Prisma.sql`e.at < ${to}`);
  if (after) conditions.push(Prisma.sql`(e.at, e.id) < (${after.at}, ${after.id})`);
  if (group) conditions.push(Prisma.sql`split_part(e.action, '.', 1) = ${group}`);
  if (actor?.includes(":")) conditions.push(Prisma.sql`e.actor = ${actor}`);
  else if (actor) conditions.push(Prisma.sql`split_part(e.actor, ':', 1) = ${actor}`);
  return Prisma.join(conditions, " AND ");
}

/** Names are not in the log, only ids: whoever's name has the text in it is looked for by id. */
async function textCondition(ctx: AuditReader, text: string): Promise<Prisma.Sql> {
  // Both ILIKE and Prisma's `contains` would take these for placeholders.
  const literal = text.replace(/[\\%_]/g, "\\$&");
  const pattern = `%${literal}%`;
  const people = await peopleNamed(ctx, literal);
  return Prisma.sql`(action ILIKE ${pattern} OR actor ILIKE ${pattern} OR subject ILIKE ${pattern}
    OR client_address ILIKE ${pattern} OR detail::text ILIKE ${pattern}
    OR actor = ANY(${people}::text[]) OR subject = ANY(${people}::text[]))`;
}

async function peopleNamed(ctx: AuditReader, literal: string): Promise<string[]> {
  const contains = { contains: literal, mode: "insensitive" } as const;
  const where = { OR: [{ name: contains }, { code: contains }] };
  const options = { select: { id: true }, take: NAMES_FOUND_MAX } as const;
  const companyId = auditScope(ctx);
  if (companyId !== null) {
    const operators = await ctx.db.operator.findMany({ where: { companyId, ...where }, ...options });
    return operators.map(({ id }) => `operator:${id}`);
  }
  const [accounts, companies] = await Promise.all([
    ctx.db.providerAccount.findMany({ where, ...options }),
    ctx.db.company.findMany({ where, ...options }),
  ]);
  return [...accounts.map(({ id }) => `provider:${id}`), ...companies.map(({ id }) => `company:${id}`)];
}

/** Where a search stopped; null: it came to the end of the log. */
async function lastSearched(ctx: AuditReader, conditions: Prisma.Sql): Promise<AuditCursor | null> {
  const [row] = await ctx.db.$queryRaw<AuditCursor[]>`
    SELECT e.at, e.id FROM audit_event e WHERE ${conditions}
    ORDER BY e.company_id, e.at DESC, e.id DESC OFFSET ${SEARCHED_AT_A_TIME - 1} LIMIT 1`;
  return row ?? null;
}

const detailSchema = z.record(z.string(), z.json());

async function toRows(ctx: AuditReader, rows: readonly EventRow[]): Promise<AuditPage["rows"]> {
  const parties = rows.flatMap(({ actor, subject }) => (subject === null ? [actor] : [actor, subject]));
  const party = await findAuditNames(ctx, parties);
  return rows.map((row) => ({
    eventId: String(row.id),
    entry: Number(row.seq ?? 0),
    at: row.at,
    actor: party(row.actor),
    action: row.action,
    subject: row.subject === null ? null : party(row.subject),
    clientAddress: row.client_address,
    detail: detailSchema.safeParse(row.detail).data ?? {},
  }));
}
