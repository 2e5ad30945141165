import type { EndReason } from "@/protocol/end-reason";
import type { SessionPhase } from "@/protocol/session-views";
import type { CustomerActor, ServiceContext } from "@/server/domain/service-context";
import { endSupportSession } from "./end-support-session";
import { customerOf, ticketSession, wrongPhase } from "./own-session";

type Customer = ServiceContext<CustomerActor>;

/**
 * The customer goes away while waiting.
 *
 * @throws AppError NOT_FOUND, SESSION_ENDED, SESSION_WRONG_PHASE
 */
export function cancelAsCustomer(ctx: Customer): Promise<Record<string, never>> {
  return endAsCustomer(ctx, "waiting", "cancelled_by_customer");
}

/**
 * The customer says No on the consent page.
 *
 * @throws AppError NOT_FOUND, SESSION_ENDED, SESSION_WRONG_PHASE
 */
export function declineAsCustomer(ctx: Customer): Promise<Record<string, never>> {
  return endAsCustomer(ctx, "accepted", "declined_by_customer");
}

/**
 * The customer's **Stop sharing**.
 *
 * @throws AppError NOT_FOUND, SESSION_ENDED, SESSION_WRONG_PHASE
 */
export function stopAsCustomer(ctx: Customer): Promise<Record<string, never>> {
  return endAsCustomer(ctx, "live", "stopped_by_customer");
}

async function endAsCustomer(
  ctx: Customer,
  phase: Exclude<SessionPhase, "ended">,
  reason: EndReason,
): Promise<Record<string, never>> {
  const session = await ticketSession(ctx, ctx.db);
  const ended = await endSupportSession(ctx, {
    sessionId: session.id,
    from: [phase],
    reason,
    actor: customerOf(session.id),
  });
  if (!ended) throw wrongPhase(await ticketSession(ctx, ctx.db));
  return {};
}
