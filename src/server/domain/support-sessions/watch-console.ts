import type { ConsoleSnapshot } from "@/protocol/session-views";
import type { OperatorActor, ServiceContext } from "@/server/domain/service-context";
import { acceptAutomatically } from "./accept-automatically";
import { nextConsoleDeadline, readConsoleSnapshot } from "./console-snapshot";
import { watchSnapshots } from "./watch-snapshots";

/**
 * The operator's console, at once, after every change, and when a number lapses. Somebody who watches it is at the desk: where
 * the company's policy says so, waiting customers are accepted for them.
 */
export function watchConsole(
  ctx: ServiceContext<OperatorActor>,
  signal: AbortSignal,
): AsyncGenerator<ConsoleSnapshot, void, undefined> {
  return watchSnapshots({
    notifications: ctx.notifications,
    topics: [`operator:${ctx.actor.operatorId}`],
    signal,
    read: async () => {
      await acceptAutomatically(ctx);
      return readConsoleSnapshot(ctx);
    },
    nextDeadline: nextConsoleDeadline,
    now: ctx.now,
  });
}
