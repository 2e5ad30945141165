import type { ServiceContext, SystemActor } from "@/server/domain/service-context";
import { recordCompanyAct } from "./record-company-act";

/** A million sessions go in 500 small transactions, none of which anybody has to wait for. */
const SESSIONS_AT_A_TIME = 2_000;
/** A job is cut off after a minute; what is left is deleted at its next time. */
const WORK_MS = 30_000;

/**
 * Deletes what closed companies leave when their time is over: accounts with everything of them, sessions with notes and
 * device information, numbers, policy, logo and export links. What stays is the company's row, so that its code is never
 * given to another, and the audit log for as long as the company had chosen.
 *
 * @returns how many companies are now empty
 */
export async function deleteClosedCompanies(ctx: ServiceContext<SystemActor>): Promise<number> {
  const until = Date.now() + WORK_MS;
  const due = await ctx.db.company.findMany({
    where: { closedAt: { not: null }, deletedAt: null, deleteAfter: { lte: ctx.now() } },
    select: { id: true },
    orderBy: { deleteAfter: "asc" },
  });
  let done = 0;
  for (const { id } of due) {
    if (!(await deleteSessions(ctx, id, until))) break;
    await deleteTheRest(ctx, id);
    done += 1;
  }
  return done;
}

/** @returns false when the time was over before the sessions */
async function deleteSessions(
  ctx: ServiceContext<SystemActor>,
  companyId: string,
  untilMs: number,
): Promise<boolean> {
  for (;;) {
    // Numbers take their sessions along, with observers and measurements.
    const numbers = await ctx.db.$executeRaw`
      DELETE FROM reception_number
      WHERE id IN (
        SELECT id FROM reception_number WHERE company_id = ${companyId}::uuid LIMIT ${SESSIONS_AT_A_TIME}
      )`;
    if (numbers === 0) return true;
    if (Date.now() > untilMs) return false;
  }
}

async function deleteTheRest(ctx: ServiceContext<SystemActor>, companyId: string): Promise<void> {
  await ctx.db.$transaction(async (tx) => {
    const policy = await tx.companyPolicy.findUnique({
      where: { companyId },
      select: { auditRetentionDays: true },
    });
    await tx.$executeRaw`
      DELETE FROM sign_in_attempt
      WHERE operator_id IN (SELECT id FROM operator WHERE company_id = ${companyId}::uuid)`;
    const { count: operators } = await tx.operator.deleteMany({ where: { companyId } });
    await tx.companyExportLink.deleteMany({ where: { companyId } });
    await tx.companyLogo.deleteMany({ where: { companyId } });
    await tx.companyPolicy.deleteMany({ where: { companyId } });
    // How long the audit log is kept was the company's choice, and stays it.
    if (policy)
      await tx.companyPolicy.create({ data: { companyId, ...policy }, select: { companyId: true } });
    await tx.company.update({
      where: { id: companyId },
      data: { deletedAt: ctx.now() },
      select: { id: true },
    });
    await recordCompanyAct(tx, ctx, companyId, { action: "company.deleted", detail: { operators } });
  });
}
