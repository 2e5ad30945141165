import { z } from "zod";
import {
  type LogSort,
  logSortSchema,
  type SessionLogPage,
  sessionFilterSchema,
} from "@/protocol/session-log";
import { Prisma } from "@/server/db/generated/client";
import type { OperatorActor, ServiceContext } from "@/server/domain/service-context";
import { decodeCursor, encodeCursor, type LogCursor } from "./cursor";
import { type LogConditions, logConditions } from "./log-conditions";
import { logColumns, logRow } from "./log-row";
import { logScopeSchema, operatorOfScope } from "./log-scope";

const ROWS_PER_PAGE_DEFAULT = 50;
const ROWS_PER_PAGE_MAX = 100;
const CURSOR_MAX_LENGTH = 200;

/**
 * Sessions that one call looks through for those that match what no index knows (a text, a second equality): some 50 ms. A
 * caller goes on with `nextCursor`, so no call takes long, however long the log is.
 */
export const LOOKED_THROUGH_MAX = 20_000;

export const sessionLogQuerySchema = z.strictObject({
  ...sessionFilterSchema.shape,
  /** `nextCursor` or `previousCursor` of another page of the same order. */
  cursor: z.string().max(CURSOR_MAX_LENGTH).optional(),
  /** Which side of the cursor. */
  direction: z.enum(["next", "previous"]).default("next"),
  limit: z.int().min(1).max(ROWS_PER_PAGE_MAX).default(ROWS_PER_PAGE_DEFAULT),
  sort: logSortSchema.default("start"),
  descending: z.boolean().default(true),
  scope: logScopeSchema.default("own"),
});
export type SessionLogQuery = z.output<typeof sessionLogQuerySchema>;

/** A row's place in the order. */
export interface LogPlace {
  readonly id: string;
  readonly key: number;
}

/**
 * A page of the session log: ended sessions, also those that never went live. Pages follow one another by what they are
 * sorted by and the id, so that rows that come in between neither shift nor repeat any, and the last page is as quick as the
 * first.
 *
 * @throws AppError FORBIDDEN when an operator asks for the company's, BAD_REQUEST for a made-up cursor
 */
export async function listSessionLog(
  ctx: ServiceContext<OperatorActor>,
  query: SessionLogQuery,
): Promise<SessionLogPage> {
  const { cursor: cursorText, direction, limit, sort, descending, scope, ...filter } = query;
  const cursor = cursorText === undefined ? null : decodeCursor(cursorText, { sort, descending });
  const own = operatorOfScope(ctx.actor, scope);
  const conditions = await logConditions(
    ctx.db,
    ctx.actor.companyId,
    own === undefined ? filter : { ...filter, operatorId: own },
    sort,
  );
  const backwards = direction === "previous" && cursor !== null;
  const found = await findPlaces(ctx, conditions, {
    sort,
    descending: backwards ? !descending : descending,
    after: cursor,
    limit,
  });
  // Arrived at the top with less than a page: the first page is what one expects there.
  if (backwards && found.goOn === null && found.places.length < limit) {
    return listSessionLog(ctx, { ...query, cursor: undefined, direction: "next" });
  }
  const places = backwards ? found.places.toReversed() : found.places;
  const at = (place: LogPlace | null | undefined) =>
    place ? encodeCursor({ sort, descending, key: place.key, id: place.id }) : null;
  const [first, last] = [places.at(0) ?? cursor, places.at(-1) ?? cursor];
  return {
    rows: await readRows(ctx, places),
    nextCursor: backwards ? at(last) : at(found.goOn),
    previousCursor: backwards ? at(found.goOn) : cursor && at(first),
    isFull: found.goOn === null || places.length === limit,
  };
}

/** The rows of these places, in their order. */
export async function readRows(ctx: ServiceContext<OperatorActor>, places: readonly LogPlace[]) {
  const records = await ctx.db.supportSession.findMany({
    where: { companyId: ctx.actor.companyId, id: { in: places.map(({ id }) => id) } },
    select: logColumns,
  });
  const byId = new Map(records.map((record) => [record.id, record]));
  // One that was deleted in between is left out.
  return places.flatMap(({ id }) => {
    const record = byId.get(id);
    return record ? [logRow(record)] : [];
  });
}

export interface PlaceQuery {
  readonly sort: LogSort;
  readonly descending: boolean;
  readonly after: LogCursor | null;
  readonly limit: number;
}

interface FoundPlaces {
  readonly places: LogPlace[];
  /** Where to go on; null: that was all. */
  readonly goOn: LogPlace | null;
}

/** The next places of an order. Looks through {@link LOOKED_THROUGH_MAX} sessions at most when some have to be looked at. */
export async function findPlaces(
  ctx: Pick<ServiceContext, "db">,
  conditions: LogConditions,
  query: PlaceQuery,
): Promise<FoundPlaces> {
  const read = async (sql: Prisma.Sql): Promise<LogPlace[]> => {
    const rows = await ctx.db.$queryRaw<{ id: string; key: number | bigint }[]>(sql);
    return rows.map(({ id, key }) => ({ id, key: Number(key) }));
  };
  // One more than asked for tells whether there is another page.
  const asked = { ...query, limit: query.limit + 1 };
  const isShort = await isShortPeriod(ctx, conditions);
  const found = await read(isShort ? shortPeriodQuery(conditions, asked) : placeQuery(conditions, asked));
  const places = found.slice(0, query.limit);
  if (found.length > query.limit) return { places, goOn: places.at(-1) ?? null };
  if (isShort || !conditions.checked) return { places, goOn: null };
  const [edge] = await read(edgeQuery(conditions, query));
  return { places, goOn: edge ?? null };
}

/** Whether so few sessions are in the period that they can be sorted by something else at once. */
async function isShortPeriod(
  ctx: Pick<ServiceContext, "db">,
  { indexed, period }: LogConditions,
): Promise<boolean> {
  if (!period) return false;
  const [row] = await ctx.db.$queryRaw<{ count: bigint }[]>`
    SELECT count(*) AS count FROM (
      SELECT 1 FROM support_session s WHERE ${indexed} AND ${period} LIMIT ${LOOKED_THROUGH_MAX + 1}
    ) counted`;
  return Number(row?.count ?? 0) <= LOOKED_THROUGH_MAX;
}

/** The page as a piece of an index; exported so that a test can look at its plan. */
export function placeQuery(conditions: LogConditions, query: PlaceQuery): Prisma.Sql {
  const { key, order } = orders[query.sort][query.descending ? "descending" : "ascending"];
  const { indexed, checked } = conditions;
  const beyond = keyset(query);
  if (!checked) {
    return Prisma.sql`SELECT s.id, ${key} AS key FROM support_session s WHERE ${indexed} ${beyond}
      ORDER BY ${order} LIMIT ${query.limit}`;
  }
  return Prisma.sql`SELECT s.id, ${key} AS key FROM (
      SELECT * FROM support_session s WHERE ${indexed} ${beyond} ORDER BY ${order} LIMIT ${LOOKED_THROUGH_MAX}
    ) s WHERE ${checked} ORDER BY ${order} LIMIT ${query.limit}`;
}

/** All of a short period, sorted. Materialized, lest the planner walk along the order through years that do not match. */
function shortPeriodQuery({ indexed, period, checked }: LogConditions, query: PlaceQuery): Prisma.Sql {
  const { key, order } = orders[query.sort][query.descending ? "descending" : "ascending"];
  return Prisma.sql`WITH s AS MATERIALIZED (
      SELECT * FROM support_session s WHERE ${indexed} AND ${period ?? Prisma.sql`true`}
    ) SELECT s.id, ${key} AS key FROM s WHERE ${checked ?? Prisma.sql`true`} ${keyset(query)}
    ORDER BY ${order} LIMIT ${query.limit}`;
}

/** The last session that was looked through; nothing when the log ended before. */
function edgeQuery({ indexed }: LogConditions, query: PlaceQuery): Prisma.Sql {
  const { key, order } = orders[query.sort][query.descending ? "descending" : "ascending"];
  return Prisma.sql`SELECT s.id, ${key} AS key FROM support_session s WHERE ${indexed} ${keyset(query)}
    ORDER BY ${order} LIMIT 1 OFFSET ${LOOKED_THROUGH_MAX - 1}`;
}

function keyset({ sort, descending, after }: PlaceQuery): Prisma.Sql {
  if (!after) return Prisma.empty;
  const { column, value } = columns[sort];
  const comparison = descending ? Prisma.sql`<` : Prisma.sql`>`;
  return Prisma.sql`AND (${column}, s.id) ${comparison} (${value(after.key)}, ${after.id}::uuid)`;
}

const columns = {
  start: {
    column: Prisma.sql`s.created_at`,
    value: (ms: number) => Prisma.sql`${new Date(ms)}::timestamptz`,
  },
  duration: {
    column: Prisma.sql`s.duration_seconds`,
    value: (seconds: number) => Prisma.sql`${seconds}::bigint`,
  },
  traffic: { column: Prisma.sql`s.bytes_forwarded`, value: (bytes: number) => Prisma.sql`${bytes}::bigint` },
} as const satisfies Record<LogSort, { column: Prisma.Sql; value: (key: number) => Prisma.Sql }>;

/** Each order as the indexes have it, and what stands for a row's place in it. */
const orders = {
  start: directions(Prisma.sql`s.created_at`, Prisma.sql`(extract(epoch FROM s.created_at) * 1000)::bigint`),
  duration: directions(Prisma.sql`s.duration_seconds`, Prisma.sql`s.duration_seconds`),
  traffic: directions(Prisma.sql`s.bytes_forwarded`, Prisma.sql`s.bytes_forwarded`),
} as const;

function directions(column: Prisma.Sql, key: Prisma.Sql) {
  return {
    ascending: { key, order: Prisma.sql`${column} ASC, s.id ASC` },
    descending: { key, order: Prisma.sql`${column} DESC, s.id DESC` },
  };
}
