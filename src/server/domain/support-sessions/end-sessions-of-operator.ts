import type { EndReason } from "@/protocol/end-reason";
import type { ServiceContext } from "@/server/domain/service-context";
import { endSupportSession } from "./end-support-session";

/**
 * Ends everything that an operator has open, as when the account is disabled. The caller has checked that it may: any
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
  const ended = await Promise.all(
    open.map(({ id }) =>
      endSupportSession(ctx, { sessionId: id, from: ["waiting", "accepted", "live"], reason }),
    ),
  );
  return ended.filter(Boolean).length;
}
