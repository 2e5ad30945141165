import type { LogSort, SessionFilter } from "@/protocol/session-log";
import type { DatabaseOrTransaction } from "@/server/db/client";
import { Prisma } from "@/server/db/generated/client";

/**
 * A filter as SQL, in two parts: `indexed` is what an index of the order begins with, so that a page is a piece of that
 * index; `checked` is looked at row by row. All of it is about the table's alias `s`.
 */
export interface LogConditions {
  readonly indexed: Prisma.Sql;
  /** Null: nothing has to be looked at row by row. */
  readonly checked: Prisma.Sql | null;
  /** The period, when it is not part of the order; it is then in `checked` as well. */
  readonly period: Prisma.Sql | null;
}

const AND = " AND ";

/**
 * @param filter its `operatorId` is the own one of somebody who sees nobody else's
 */
export async function logConditions(
  db: DatabaseOrTransaction,
  companyId: string,
  filter: SessionFilter,
  sort: LogSort,
): Promise<LogConditions> {
  const { operatorId, category, endReason, text } = filter;
  // An operator's sessions are all the company's. Naming the company as well would let the planner walk its whole log for them.
  const owner =
    operatorId === undefined
      ? Prisma.sql`s.company_id = ${companyId}::uuid`
      : (await isOperatorOf(db, companyId, operatorId))
        ? Prisma.sql`s.operator_id = ${operatorId}::uuid`
        : Prisma.sql`false`;
  // Ended ones, by what no index knows: the one of the phase leads through the sessions of all companies.
  const indexed = [owner, Prisma.sql`s.ended_at IS NOT NULL`];
  const checked: Prisma.Sql[] = [];

  // One equality at most is in an index together with the order; the most telling comes first.
  let hasEquality = operatorId !== undefined;
  const equality = (condition: Prisma.Sql, isInIndex: boolean) => {
    if (isInIndex && !hasEquality) indexed.push(condition);
    else checked.push(condition);
    hasEquality ||= isInIndex;
  };
  if (category !== undefined) {
    equality(
      category === null ? Prisma.sql`s.category IS NULL` : Prisma.sql`s.category = ${category}`,
      // PostgreSQL takes no order from an index behind an IS NULL.
      sort === "start" && category !== null,
    );
  }
  if (endReason !== undefined) {
    equality(Prisma.sql`s.end_reason = ${endReason}::end_reason`, sort === "start");
  }

  const period = periodOf(filter);
  if (period) (sort === "start" ? indexed : checked).push(period);
  if (text !== undefined) checked.push(await textCondition(db, companyId, text));
  return {
    indexed: Prisma.join(indexed, AND),
    checked: checked.length > 0 ? Prisma.join(checked, AND) : null,
    period: sort === "start" ? null : period,
  };
}

async function isOperatorOf(
  db: DatabaseOrTransaction,
  companyId: string,
  operatorId: string,
): Promise<boolean> {
  return (await db.operator.count({ where: { id: operatorId, companyId } })) > 0;
}

function periodOf({ from, to }: SessionFilter): Prisma.Sql | null {
  const parts = [
    ...(from ? [Prisma.sql`s.created_at >= ${from}::timestamptz`] : []),
    ...(to ? [Prisma.sql`s.created_at < ${to}::timestamptz`] : []),
  ];
  return parts.length > 0 ? Prisma.join(parts, AND) : null;
}

/** Names are looked up once among the company's operators instead of in every session. */
async function textCondition(
  db: DatabaseOrTransaction,
  companyId: string,
  text: string,
): Promise<Prisma.Sql> {
  const pattern = `%${escapeLike(text)}%`;
  const named = await db.$queryRaw<{ id: string }[]>`
    SELECT id FROM operator WHERE company_id = ${companyId}::uuid AND name ILIKE ${pattern}`;
  const anywhere = [
    Prisma.sql`s.note ILIKE ${pattern}`,
    Prisma.sql`concat_ws(' ', s.device->>'browserName', s.device->>'browserVersion') ILIKE ${pattern}`,
    Prisma.sql`concat_ws(' ', s.device->>'osName', s.device->>'osVersion') ILIKE ${pattern}`,
  ];
  if (named.length > 0) {
    anywhere.push(Prisma.sql`s.operator_id = ANY(${named.map(({ id }) => id)}::uuid[])`);
  }
  return Prisma.sql`(${Prisma.join(anywhere, " OR ")})`;
}

/** Typed text stands for itself: `%`, `_` and the escape character mean nothing in it. */
export function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, "\\$&");
}
