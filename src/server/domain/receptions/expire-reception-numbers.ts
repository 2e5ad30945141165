import { notify } from "@/server/db/notifications";
import type { ServiceContext, SystemActor } from "@/server/domain/service-context";

/**
 * Marks the numbers whose time is over. Nothing depends on it being punctual: a lapsed number is refused anyway.
 *
 * @returns how many
 */
export async function expireReceptionNumbers(ctx: ServiceContext<SystemActor>): Promise<number> {
  const now = ctx.now();
  return ctx.db.$transaction(async (tx) => {
    const lapsed = await tx.receptionNumber.updateManyAndReturn({
      where: { state: "live", expiresAt: { lte: now } },
      data: { state: "expired" },
      select: { id: true, companyId: true, operatorId: true },
    });
    if (lapsed.length === 0) return 0;
    // Company by company: of two transactions that lock several chains of the audit log, neither may wait for the other.
    const byCompany = lapsed.toSorted((a, b) => a.companyId.localeCompare(b.companyId));
    await tx.auditEvent.createMany({
      data: byCompany.map(({ id, companyId }) => ({
        at: now,
        companyId,
        actor: "system",
        action: "reception.expired",
        subject: `reception:${id}`,
      })),
    });
    await notify(tx, ...lapsed.map(({ operatorId }) => `operator:${operatorId}` as const));
    return lapsed.length;
  });
}
