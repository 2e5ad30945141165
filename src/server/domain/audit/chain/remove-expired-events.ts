import type { ServiceContext, SystemActor } from "@/server/domain/service-context";
import { recordAuditEvent } from "../record-audit-event";
import { appendCheckpoint } from "./checkpoint-files";

const DAY_MS = 24 * 3_600_000;
/** Seven years, as a company's policy has it by default. The provider's own chain has no policy. */
const DEFAULT_RETENTION_DAYS = 2_557;
/** An event may stay this much longer, so that a day's worth is removed at once and not each by itself. */
const GRACE_MS = DAY_MS;
const BATCH = 5_000;
/** The rest waits for the next run: a job must end before its lock does. */
const STOP_AFTER_MS = 30_000;

interface Chain {
  readonly chain: string;
  readonly companyId: string | null;
  readonly retentionDays: number;
}

interface OldestLink {
  readonly seq: bigint;
  readonly hash: Uint8Array;
  readonly at: Date;
}

/**
 * Removes events that are older than their company's policy keeps them, from the chain's beginning only. What is removed is
 * signed before (a retention statement beside the checkpoints), so that the beginning that is left can be told from one that
 * somebody cut off; and it is itself in the audit log.
 *
 * @returns how many events were removed
 */
export async function removeExpiredEvents(ctx: ServiceContext<SystemActor>): Promise<number> {
  const startedAt = performance.now();
  const chains = await ctx.db.$queryRaw<Chain[]>`
    SELECT c.chain, company.id::text AS "companyId",
      coalesce(policy.audit_retention_days, ${DEFAULT_RETENTION_DAYS})::int AS "retentionDays"
    FROM audit_chain c
    LEFT JOIN company ON c.chain = 'company:' || company.id
    LEFT JOIN company_policy policy ON policy.company_id = company.id
    ORDER BY c.chain`;
  let removed = 0;
  for (const chain of chains) {
    for (;;) {
      const count = await removeBatch(ctx, chain);
      removed += count;
      if (performance.now() - startedAt > STOP_AFTER_MS) return removed;
      if (count < BATCH) break;
    }
  }
  return removed;
}

async function removeBatch(
  ctx: ServiceContext<SystemActor>,
  { chain, companyId, retentionDays }: Chain,
): Promise<number> {
  const keptSince = new Date(ctx.now().getTime() - retentionDays * DAY_MS);
  const [first] = await oldestLinks(ctx, chain, 1);
  if (!first || first.at.getTime() >= keptSince.getTime() - GRACE_MS) return 0;
  const expired: OldestLink[] = [];
  for (const link of await oldestLinks(ctx, chain, BATCH)) {
    // Servers' clocks differ a little: the first one that is young enough ends it, whatever comes after.
    if (link.at >= keptSince) break;
    expired.push(link);
  }
  const last = expired.at(-1);
  if (!last) return 0;
  const auditRetention = await appendCheckpoint(ctx.env, {
    kind: "retention",
    chain,
    seq: Number(last.seq),
    hash: Buffer.from(last.hash).toString("hex"),
    at: ctx.now(),
  });
  ctx.log.info({ auditRetention }, "audit retention");
  return await ctx.db.$transaction(async (tx) => {
    await tx.$executeRaw`SET LOCAL madoguchi.audit_retention = 'on'`;
    const count = await tx.$executeRaw`
      DELETE FROM audit_event USING audit_link
      WHERE audit_link.chain = ${chain} AND audit_link.seq <= ${last.seq} AND audit_event.id = audit_link.event_id`;
    await tx.$executeRaw`SET LOCAL madoguchi.audit_retention = 'off'`;
    await recordAuditEvent(tx, ctx, {
      action: "audit.expired",
      subject: null,
      companyId,
      detail: { events: count, throughEntry: Number(last.seq), keptSince: keptSince.toISOString() },
    });
    return count;
  });
}

async function oldestLinks(
  ctx: ServiceContext<SystemActor>,
  chain: string,
  limit: number,
): Promise<OldestLink[]> {
  return await ctx.db.$queryRaw<OldestLink[]>`
    SELECT l.seq, l.hash, e.at FROM audit_link l JOIN audit_event e ON e.id = l.event_id
    WHERE l.chain = ${chain} ORDER BY l.seq LIMIT ${limit}`;
}
