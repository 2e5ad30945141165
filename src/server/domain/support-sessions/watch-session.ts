import type { OperatorSessionView } from "@/protocol/session-views";
import type { OperatorActor, ServiceContext } from "@/server/domain/service-context";
import { operatorView } from "./operator-view";
import { ownSession } from "./own-session";
import { watchSnapshots } from "./watch-snapshots";

/**
 * One of the operator's own sessions, at once and after every change.
 *
 * @throws AppError NOT_FOUND
 */
export async function* watchSession(
  ctx: ServiceContext<OperatorActor>,
  { sessionId }: { sessionId: string },
  signal: AbortSignal,
): AsyncGenerator<OperatorSessionView, void, undefined> {
  // Refused before anything is subscribed: the topic of another operator's session is none of the caller's business.
  await ownSession(ctx, ctx.db, sessionId);
  yield* watchSnapshots({
    notifications: ctx.notifications,
    topics: [`session:${sessionId}`],
    signal,
    read: async () => operatorView(await ownSession(ctx, ctx.db, sessionId)),
    now: ctx.now,
  });
}
