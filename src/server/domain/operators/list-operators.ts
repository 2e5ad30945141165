import { z } from "zod";
import { AppError } from "@/lib/app-error";
import type { ListOperatorsInput, OperatorRow, OperatorSort } from "@/protocol/operator-accounts";
import type { Prisma } from "@/server/db/generated/client";
import type { OperatorActor, ServiceContext } from "@/server/domain/service-context";
import { operatorColumns, toOperatorRow, whereState } from "./operator-record";

interface OperatorPage {
  readonly rows: OperatorRow[];
  readonly nextCursor: string | null;
  readonly total: number;
}

/**
 * A page of the company's accounts. Deleted ones are not among them.
 *
 * @throws AppError BAD_REQUEST for a cursor that is not of this order
 */
export async function listOperators(
  ctx: ServiceContext<OperatorActor>,
  query: ListOperatorsInput,
): Promise<OperatorPage> {
  const now = ctx.now();
  const where: Prisma.OperatorWhereInput = {
    AND: [operatorsOfCompany(ctx), ...filters(query, now)],
  };
  const direction = query.descending ? "desc" : "asc";
  const [records, total] = await Promise.all([
    ctx.db.operator.findMany({
      where: query.cursor ? { AND: [where, after(query, readCursor(query, query.cursor))] } : where,
      orderBy: [order(query.sort, direction), { id: direction }],
      take: query.limit + 1,
      select: operatorColumns,
    }),
    ctx.db.operator.count({ where }),
  ]);
  const page = records.slice(0, query.limit);
  const last = page.at(-1);
  return {
    rows: page.map((record) => toOperatorRow(record, now, ctx.actor.operatorId)),
    nextCursor: records.length > query.limit && last ? writeCursor(query.sort, last) : null,
    total,
  };
}

/** Where every query of a company's accounts starts. */
export function operatorsOfCompany(ctx: ServiceContext<OperatorActor>): Prisma.OperatorWhereInput {
  return { companyId: ctx.actor.companyId, deletedAt: null };
}

function filters({ text, role, state }: ListOperatorsInput, now: Date): Prisma.OperatorWhereInput[] {
  const found: Prisma.OperatorWhereInput[] = [];
  if (text) {
    // Prisma hands the text to LIKE as it is; what LIKE would take for a pattern is meant as itself.
    const contains = text.replace(/[\\%_]/g, "\\$&");
    found.push({
      OR: [
        { name: { contains, mode: "insensitive" } },
        { code: { contains, mode: "insensitive" } },
        { email: { contains, mode: "insensitive" } },
      ],
    });
  }
  if (role) found.push({ role });
  if (state) found.push(whereState(state, now));
  return found;
}

/** Whoever never signed in comes last when the newest come first, and first otherwise. */
function order(sort: OperatorSort, direction: "asc" | "desc"): Prisma.OperatorOrderByWithRelationInput {
  if (sort === "lastSignInAt") {
    return { lastSignInAt: { sort: direction, nulls: direction === "asc" ? "first" : "last" } };
  }
  return { [sort]: direction };
}

const cursorSchema = z.tuple([z.enum(["name", "code", "lastSignInAt"]), z.string().nullable(), z.uuid()]);
type Cursor = z.infer<typeof cursorSchema>;

function writeCursor(
  sort: OperatorSort,
  last: {
    readonly id: string;
    readonly name: string;
    readonly code: string;
    readonly lastSignInAt: Date | null;
  },
): string {
  const key = sort === "lastSignInAt" ? (last.lastSignInAt?.toISOString() ?? null) : last[sort];
  const cursor: Cursor = [sort, key, last.id];
  return Buffer.from(JSON.stringify(cursor)).toString("base64url");
}

function readCursor({ sort }: ListOperatorsInput, text: string): Cursor {
  let parsed: Cursor;
  try {
    parsed = cursorSchema.parse(JSON.parse(Buffer.from(text, "base64url").toString("utf8")));
    if (sort === "lastSignInAt") z.iso.datetime().nullable().parse(parsed[1]);
    else z.string().parse(parsed[1]);
  } catch (cause) {
    throw new AppError("BAD_REQUEST", { cause });
  }
  if (parsed[0] !== sort) throw new AppError("BAD_REQUEST");
  return parsed;
}

/** The rows behind the cursor's, in the query's order. */
function after(query: ListOperatorsInput, [, key, id]: Cursor): Prisma.OperatorWhereInput {
  const beyond = query.descending ? "lt" : "gt";
  if (query.sort !== "lastSignInAt") {
    const { sort } = query;
    return { OR: [{ [sort]: { [beyond]: key } }, { AND: [{ [sort]: key }, { id: { [beyond]: id } }] }] };
  }
  if (key === null) {
    const rest = { AND: [{ lastSignInAt: null }, { id: { [beyond]: id } }] };
    return query.descending ? rest : { OR: [rest, { lastSignInAt: { not: null } }] };
  }
  const at = new Date(key);
  const inOrder: Prisma.OperatorWhereInput[] = [
    { lastSignInAt: { [beyond]: at } },
    { AND: [{ lastSignInAt: at }, { id: { [beyond]: id } }] },
  ];
  return { OR: query.descending ? [...inOrder, { lastSignInAt: null }] : inOrder };
}
