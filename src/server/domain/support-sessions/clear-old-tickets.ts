import type { ServiceContext, SystemActor } from "@/server/domain/service-context";
import { TICKET_READABLE_AFTER_END_MS } from "./deadlines";

/**
 * Forgets the tickets of sessions that ended an hour ago: the customer has read why. Their Client Tools' ways in go with them.
 *
 * @returns how many tickets
 */
export async function clearOldTickets(ctx: ServiceContext<SystemActor>): Promise<number> {
  const endedAt = { lte: new Date(ctx.now().getTime() - TICKET_READABLE_AFTER_END_MS) };
  await ctx.db.toolPairing.deleteMany({ where: { session: { phase: "ended", endedAt } } });
  const { count } = await ctx.db.supportSession.updateMany({
    where: { phase: "ended", ticketHash: { not: null }, endedAt },
    data: { ticketHash: null },
  });
  return count;
}
