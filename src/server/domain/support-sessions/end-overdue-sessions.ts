import type { ServiceContext, SystemActor } from "@/server/domain/service-context";
import { ACCEPT_WITHIN_MS, ANSWER_WITHIN_MS } from "./deadlines";
import { endSupportSession } from "./end-support-session";

/**
 * Ends sessions in which nobody answered: the operator did not accept, or the customer did not agree, in time.
 *
 * @returns how many
 */
export async function endOverdueSessions(ctx: ServiceContext<SystemActor>): Promise<number> {
  const now = ctx.now().getTime();
  const overdue = await ctx.db.supportSession.findMany({
    where: {
      OR: [
        { phase: "waiting", createdAt: { lte: new Date(now - ACCEPT_WITHIN_MS) } },
        { phase: "accepted", acceptedAt: { lte: new Date(now - ANSWER_WITHIN_MS) } },
      ],
    },
    select: { id: true, phase: true },
  });
  let ended = 0;
  for (const { id, phase } of overdue) {
    // In the phase that was looked at, for the answer may come at this very moment.
    if (phase === "ended") continue;
    if (await endSupportSession(ctx, { sessionId: id, from: [phase], reason: "not_answered" })) ended += 1;
  }
  return ended;
}
