import type { EndReason } from "@/protocol/end-reason";
import type { ServiceContext } from "@/server/domain/service-context";
import { dismissObserversOf } from "@/server/domain/supervision/dismiss-observers";
import { endSupportSession } from "./end-support-session";

/**
 * Ends everything that an operator has open, as when the account is disabled, and sends them away from what they watch. The caller has checked that it may: any
 * operator's id is taken.
 *
 * @returns how many sessions were ended
 */
export async function endSessionsOfOperator(
  ctx: ServiceContext,
  operatorId: string,
  reason: Extract<EndReason, "revoked">,
): Promise<number> {
  const open = await ctx.db.supportSession.findMany({
    where: { operatorId, phase: { not: "ended" } },
    select: { id: true },
  });
  const [ended] = await Promise.all([
    Promise.all(
      open.map(({ id }) =>
        endSupportSession(ctx, { sessionId: id, from: ["waiting", "accepted", "live"], reason }),
      ),
    ),
    dismissObserversOf(ctx, operatorId),
  ]);
  return ended.filter(Boolean).length;
}
