import type { ServiceContext, SystemActor } from "@/server/domain/service-context";

/**
 * Removes counters whose window is over.
 *
 * @returns how many
 */
export async function pruneRateLimits(ctx: ServiceContext<SystemActor>): Promise<number> {
  const { count } = await ctx.db.rateLimit.deleteMany({ where: { expire: { lte: ctx.now().getTime() } } });
  return count;
}
