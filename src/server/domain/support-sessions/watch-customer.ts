import type { CustomerSessionView } from "@/protocol/session-views";
import type { CustomerActor, ServiceContext } from "@/server/domain/service-context";
import { customerView } from "./customer-view";
import { findTicketSession } from "./own-session";
import { watchSnapshots } from "./watch-snapshots";

/** The session that the customer's ticket opens; null when there is none (any more). */
export async function readCustomerView(
  ctx: ServiceContext<CustomerActor>,
): Promise<CustomerSessionView | null> {
  const session = await findTicketSession(ctx, ctx.db);
  return session && customerView(session);
}

/** The customer's view, at once and after every change. Without a session it says so once and ends: a ticket never gains one. */
export async function* watchCustomer(
  ctx: ServiceContext<CustomerActor>,
  signal: AbortSignal,
): AsyncGenerator<CustomerSessionView | null, void, undefined> {
  const session = await findTicketSession(ctx, ctx.db);
  if (!session) {
    yield null;
    return;
  }
  yield* watchSnapshots({
    notifications: ctx.notifications,
    topics: [`session:${session.id}`],
    signal,
    read: () => readCustomerView(ctx),
    now: ctx.now,
  });
}
