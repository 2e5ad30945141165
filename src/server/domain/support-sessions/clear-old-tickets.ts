import type { ServiceContext, SystemActor } from "@/server/domain/service-context";
import { TICKET_READABLE_AFTER_END_MS } from "./deadlines";

/**
 * Forgets the tickets of sessions that ended an hour ago: the customer has read why.
 *
 * @returns how many
 */
export async function clearOldTickets(ctx: ServiceContext<SystemActor>): Promise<number> {
  const { count } = await ctx.db.supportSession.updateMany({
    where: {
      phase: "ended",
      ticketHash: { not: null },
      endedAt: { lte: new Date(ctx.now().getTime() - TICKET_READABLE_AFTER_END_MS) },
    },
    data: { ticketHash: null },
  });
  return count;
}
