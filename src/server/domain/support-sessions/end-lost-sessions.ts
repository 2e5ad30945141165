import { hasEligibleRelay, isHeardOf } from "@/server/domain/relays/eligible-relay";
import type { ServiceContext, SystemActor } from "@/server/domain/service-context";
import { CONNECTION_LOST_AFTER_MS } from "./deadlines";
import { endSupportSession } from "./end-support-session";

/**
 * Ends live sessions in which nobody has been connected for two minutes: `relay_lost` when the relay is gone and no other
 * one could have taken over, `connection_lost` otherwise.
 *
 * @param watchedSince since when heartbeats could arrive here without a gap. A server that has just started (or lost its
 *   database for a while) has heard of nobody and must not take its own silence for theirs.
 * @returns how many
 */
export async function endLostSessions(
  ctx: ServiceContext<SystemActor>,
  { watchedSince }: { watchedSince: Date },
): Promise<number> {
  const now = ctx.now();
  const cutoff = new Date(now.getTime() - CONNECTION_LOST_AFTER_MS);
  if (watchedSince > cutoff) return 0;
  const lost = await ctx.db.supportSession.findMany({
    where: { phase: "live", lastPresentAt: { lte: cutoff } },
    select: { id: true, relay: true },
  });
  if (lost.length === 0) return 0;
  const replaceable = hasEligibleRelay(await ctx.db.relay.findMany(), now);
  const ended = await Promise.all(
    lost.map(({ id, relay }) => {
      const relayIsGone = relay === null || !isHeardOf(relay, now);
      return endSupportSession(ctx, {
        sessionId: id,
        from: ["live"],
        reason: relayIsGone && !replaceable ? "relay_lost" : "connection_lost",
        unheardOfSince: cutoff,
      });
    }),
  );
  return ended.filter(Boolean).length;
}
