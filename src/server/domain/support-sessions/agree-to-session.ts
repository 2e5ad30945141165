import type { DeviceInformation } from "@/protocol/device-information";
import type { RelayAssignment } from "@/protocol/join-token";
import { CONSENTED_PERMISSIONS } from "@/protocol/permissions";
import type { Relay } from "@/server/db/generated/client";
import { notify } from "@/server/db/notifications";
import { recordAuditEvent } from "@/server/domain/audit/record-audit-event";
import { pickRelay } from "@/server/domain/relays/assign-relay";
import { giveUpLateRelays } from "@/server/domain/relays/give-up-relay";
import { admitToRelay } from "@/server/domain/relays/join-relay";
import type { CustomerActor, ServiceContext } from "@/server/domain/service-context";
import { ANSWER_WITHIN_MS } from "./deadlines";
import { customerOf, ticketSession, wrongPhase } from "./own-session";
import { rejoinSession } from "./rejoin-session";

/**
 * The customer agreed and the browser's picker gave a picture: the session goes live on a relay. Agreeing again, as after an
 * answer that got lost, joins the session that already is.
 *
 * @param device told again, for the picker may have changed what the browser knows about the screen
 * @throws AppError NOT_FOUND, SESSION_ENDED, SESSION_WRONG_PHASE, NO_RELAY (the session then stays accepted: another try may succeed)
 */
export async function agreeToSession(
  ctx: ServiceContext<CustomerActor>,
  { device }: { device: DeviceInformation },
): Promise<RelayAssignment> {
  const session = await ticketSession(ctx, ctx.db);
  const relay = session.phase === "accepted" ? await goLive(ctx, session, device) : null;
  return relay ? admitToRelay(ctx, relay, session, CONSENTED_PERMISSIONS, "customer") : rejoinSession(ctx);
}

/** @returns the session's relay; null when it went live meanwhile: what follows looks again */
async function goLive(
  ctx: ServiceContext<CustomerActor>,
  session: Awaited<ReturnType<typeof ticketSession>>,
  device: DeviceInformation,
): Promise<Relay | null> {
  const now = ctx.now();
  await giveUpLateRelays(ctx);
  return ctx.db.$transaction(async (tx) => {
    const picked = await pickRelay(ctx, tx, session.company.region);
    const { count } = await tx.supportSession.updateMany({
      where: {
        id: session.id,
        phase: "accepted",
        acceptedAt: { gt: new Date(now.getTime() - ANSWER_WITHIN_MS) },
      },
      data: {
        phase: "live",
        startedAt: now,
        // The two minutes in which somebody must be heard of begin now.
        lastPresentAt: now,
        permissions: { ...CONSENTED_PERMISSIONS },
        device,
        relayId: picked.relay.id,
      },
    });
    if (count === 0) {
      const current = await ticketSession(ctx, tx);
      if (current.phase === "live") return null;
      throw wrongPhase(current, "accepted");
    }
    await recordAuditEvent(tx, ctx, {
      action: "session.agreed",
      subject: `session:${session.id}`,
      companyId: session.companyId,
      actor: customerOf(session.id),
      detail: { relay: picked.relay.id, ...picked.detail },
    });
    await notify(
      tx,
      `session:${session.id}`,
      `operator:${session.operatorId}`,
      `company:${session.companyId}`,
    );
    return picked.relay;
  });
}
