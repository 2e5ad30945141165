import { HEARTBEAT_INTERVAL_MS } from "@/protocol/relay-api";
import type { Relay } from "@/server/db/generated/client";
import { notify } from "@/server/db/notifications";
import type { ServiceContext } from "@/server/domain/service-context";
import { isEligible } from "./eligible-relay";
import { relayAnswers } from "./relay-answers";

/** A heartbeat that is this old should have been followed by another one. */
const OVERDUE_AFTER_MS = 1.5 * HEARTBEAT_INTERVAL_MS;

/** Takes a relay as dead, for all sessions; if it lives, its next heartbeat sets that right. */
export async function giveUpRelay(ctx: ServiceContext, { id, lastHeartbeatAt }: Relay): Promise<void> {
  ctx.log.warn({ relayId: id }, "a relay answers neither a browser nor this server; it gets no sessions");
  await ctx.db.$transaction(async (tx) => {
    const { count } = await tx.relay.updateMany({
      // One that was heard of in the meantime lives.
      where: { id, lastHeartbeatAt },
      data: { givenUpAt: ctx.now() },
    });
    if (count > 0) await notify(tx, "relays");
  });
}

/**
 * To be called before a relay is named to anybody: looks at those whose heartbeat is late, and gives up the ones that do not answer, so
 * that nobody is sent to a relay which was killed and is not stale yet. Without another relay to go to nothing is asked at all.
 */
export async function giveUpLateRelays(ctx: ServiceContext): Promise<void> {
  const now = ctx.now();
  const relays = (await ctx.db.relay.findMany()).filter((relay) => isEligible(relay, now));
  const late = relays.filter(
    ({ lastHeartbeatAt }) => now.getTime() - lastHeartbeatAt.getTime() >= OVERDUE_AFTER_MS,
  );
  if (late.length === 0 || late.length === relays.length) return;
  await Promise.all(
    late.map(async (relay) => {
      if (!(await relayAnswers(ctx, relay))) await giveUpRelay(ctx, relay);
    }),
  );
}
