import type { Prisma } from "@/server/db/generated/client";
import { dismissObserverOnRelay } from "@/server/domain/relays/close-session-on-relay";
import { isHeardOf } from "@/server/domain/relays/eligible-relay";
import type { ServiceContext, SystemActor } from "@/server/domain/service-context";
import { mayWatch } from "./lawful-observers";
import { closeObservation } from "./record-observer";

/**
 * Sends an operator away from every session that they watch, as when the account is disabled.
 *
 * @returns how many
 */
export function dismissObserversOf(ctx: ServiceContext, operatorId: string): Promise<number> {
  return dismiss(ctx, { operatorId });
}

/**
 * Sends away whoever watches with a sign-in that no longer holds or without the role for it. Runs every second, for a
 * sign-in ends in many places, and nobody may go on looking at a customer's screen.
 *
 * @returns how many
 */
export function dismissUnlawfulObservers(ctx: ServiceContext<SystemActor>): Promise<number> {
  return dismiss(ctx, { OR: [{ signInId: null }, { signIn: { NOT: mayWatch(ctx.now()) } }] });
}

async function dismiss(ctx: ServiceContext, whose: Prisma.SessionObserverWhereInput): Promise<number> {
  const watching = await ctx.db.sessionObserver.findMany({
    where: { ...whose, leftAt: null, session: { phase: "live" } },
    select: { sessionId: true, operatorId: true, signInId: true, session: { select: { relay: true } } },
  });
  const dismissed = await Promise.all(
    watching.map(async ({ sessionId, operatorId: observerId, signInId, session: { relay } }) => {
      // A relay that is not heard of learns it from the answer to its next heartbeat.
      if (!relay || !isHeardOf(relay, ctx.now())) return false;
      if (!(await dismissObserverOnRelay(ctx, relay, { sessionId, observerId }))) return false;
      await closeObservation(ctx, { sessionId, observerId, signInId });
      return true;
    }),
  );
  return dismissed.filter(Boolean).length;
}
