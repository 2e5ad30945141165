import type { ServiceContext, SystemActor } from "@/server/domain/service-context";

/** Far longer than anybody looks back; who wants older ones finds them in the audit log. */
const KEPT_FOR_MS = 90 * 24 * 60 * 60_000;

/**
 * Removes old tries to sign in.
 *
 * @returns how many
 */
export async function pruneSignInAttempts(ctx: ServiceContext<SystemActor>): Promise<number> {
  const { count } = await ctx.db.signInAttempt.deleteMany({
    where: { at: { lt: new Date(ctx.now().getTime() - KEPT_FOR_MS) } },
  });
  return count;
}
