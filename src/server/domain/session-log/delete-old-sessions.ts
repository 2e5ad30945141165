import { recordAuditEvent } from "@/server/domain/audit/record-audit-event";
import type { ServiceContext, SystemActor } from "@/server/domain/service-context";

/** What the schema gives to a company that has set nothing. */
const DEFAULT_RETENTION_DAYS = 2_557;
const DAY_MS = 86_400_000;
/** One batch locks some thousand rows for well under a second. */
const BATCH_ROWS = 2_000;
/** A run ends before the jobs' time limit; the next one goes on. */
const BATCHES_PER_RUN = 15;

/**
 * Deletes ended sessions that are older than their company keeps them, with their reception numbers, measurements and
 * observers. The audit log says how many, and keeps its own entries for as long as it keeps entries.
 *
 * @returns how many sessions
 */
export async function deleteOldSessions(ctx: ServiceContext<SystemActor>): Promise<number> {
  const companies = await ctx.db.company.findMany({
    select: { id: true, policy: { select: { sessionRetentionDays: true } } },
  });
  let total = 0;
  let batches = 0;
  for (const { id, policy } of companies) {
    const days = policy?.sessionRetentionDays ?? DEFAULT_RETENTION_DAYS;
    const endedBefore = new Date(ctx.now().getTime() - days * DAY_MS);
    let deleted = BATCH_ROWS;
    while (deleted === BATCH_ROWS && batches < BATCHES_PER_RUN) {
      deleted = await deleteBatch(ctx, id, endedBefore);
      total += deleted;
      if (deleted > 0) batches += 1;
    }
  }
  return total;
}

async function deleteBatch(
  ctx: ServiceContext<SystemActor>,
  companyId: string,
  endedBefore: Date,
): Promise<number> {
  return ctx.db.$transaction(async (tx) => {
    // Everything of a session goes with its reception number. What ended before then was created before then, which an index knows.
    const deleted = await tx.$executeRaw`
      DELETE FROM reception_number WHERE id IN (
        SELECT reception_id FROM support_session
        WHERE company_id = ${companyId}::uuid AND created_at < ${endedBefore}::timestamptz
          AND phase = 'ended' AND ended_at < ${endedBefore}::timestamptz
        ORDER BY created_at, id LIMIT ${BATCH_ROWS}
      )`;
    if (deleted > 0) {
      await recordAuditEvent(tx, ctx, {
        action: "session_log.retention",
        subject: null,
        companyId,
        detail: { sessions: deleted, endedBefore: endedBefore.toISOString() },
      });
    }
    return deleted;
  });
}
