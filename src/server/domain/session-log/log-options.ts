import type { z } from "zod";
import type { LogOptions } from "@/protocol/session-log";
import type { DatabaseOrTransaction } from "@/server/db/client";
import type { OperatorActor, ServiceContext } from "@/server/domain/service-context";
import { type logScopeSchema, operatorOfScope } from "./log-scope";

/**
 * What the log can be filtered by: the company's operators, deleted ones too, and categories.
 *
 * @throws AppError FORBIDDEN when an operator asks for the company's
 */
export async function readLogOptions(
  ctx: ServiceContext<OperatorActor>,
  { scope }: { scope: z.infer<typeof logScopeSchema> },
): Promise<LogOptions> {
  const own = operatorOfScope(ctx.actor, scope);
  const { companyId } = ctx.actor;
  const [operators, current, used] = await Promise.all([
    own === undefined
      ? ctx.db.operator.findMany({
          where: { companyId },
          orderBy: [{ name: "asc" }, { id: "asc" }],
          select: { id: true, name: true, deletedAt: true },
        })
      : [],
    companyCategories(ctx.db, companyId),
    usedCategories(ctx.db, companyId),
  ]);
  return {
    operators: operators.map(({ id, name, deletedAt }) => ({
      operatorId: id,
      name,
      isDeleted: deletedAt !== null,
    })),
    categories: [...new Set([...current, ...used])],
  };
}

/** What operators may file a session under now. */
export async function companyCategories(db: DatabaseOrTransaction, companyId: string): Promise<string[]> {
  const policy = await db.companyPolicy.findUnique({
    where: { companyId },
    select: { sessionCategories: true },
  });
  return policy?.sessionCategories ?? [];
}

/** Every category that sessions have, by jumping from one to the next in the index instead of reading the whole log. */
async function usedCategories(db: DatabaseOrTransaction, companyId: string): Promise<string[]> {
  const rows = await db.$queryRaw<{ category: string }[]>`
    WITH RECURSIVE used AS (
      (SELECT category FROM support_session
        WHERE company_id = ${companyId}::uuid AND category IS NOT NULL ORDER BY category LIMIT 1)
      UNION ALL
      SELECT (SELECT category FROM support_session
        WHERE company_id = ${companyId}::uuid AND category > used.category ORDER BY category LIMIT 1)
      FROM used WHERE used.category IS NOT NULL
    ) SELECT category FROM used WHERE category IS NOT NULL LIMIT 200`;
  return rows.map(({ category }) => category);
}
