import { AppError } from "@/lib/app-error";
import type { DatabaseOrTransaction } from "@/server/db/client";
import type { Relay } from "@/server/db/generated/client";
import { notify } from "@/server/db/notifications";
import { recordAuditEvent } from "@/server/domain/audit/record-audit-event";
import type { ServiceContext } from "@/server/domain/service-context";
import { canGoOn, chooseRelay, isEligible } from "./eligible-relay";
import { giveUpLateRelays } from "./give-up-relay";
import { type JoiningSide, shouldLeaveRelay } from "./weigh-relay-trouble";

/** What a session says about where it is carried. */
export interface CarriedSession {
  readonly id: string;
  readonly companyId: string;
  readonly operatorId: string;
  readonly relayId: string | null;
  readonly company: { readonly region: string };
}

export type { JoiningSide } from "./weigh-relay-trouble";

export interface PickedRelay {
  readonly relay: Relay;
  /** For the audit log: which region was wanted when another one had to serve. */
  readonly detail: { readonly wantedRegion?: string; readonly region?: string };
}

/**
 * The least-loaded healthy relay of the region, or of another one when it has none.
 *
 * @throws AppError NO_RELAY
 */
export async function pickRelay(
  ctx: Pick<ServiceContext, "now">,
  db: DatabaseOrTransaction,
  region: string,
): Promise<PickedRelay> {
  const picked = await findRelay(ctx, db, region, null);
  if (!picked) throw new AppError("NO_RELAY");
  return picked;
}

/** {@link pickRelay}, never the one that is to be left; null when there is none. */
async function findRelay(
  ctx: Pick<ServiceContext, "now">,
  db: DatabaseOrTransaction,
  region: string,
  exceptId: string | null,
): Promise<PickedRelay | null> {
  const relays = await db.relay.findMany({
    where: exceptId === null ? {} : { id: { not: exceptId } },
    include: { _count: { select: { supportSessions: { where: { phase: "live" } } } } },
  });
  const candidates = relays.map(({ _count, ...relay }) => ({ ...relay, assigned: _count.supportSessions }));
  const relay = chooseRelay(candidates, region, ctx.now());
  if (!relay) return null;
  return { relay, detail: relay.region === region ? {} : { wantedRegion: region, region: relay.region } };
}

/**
 * The relay of a live session: the one that it has, as long as that is healthy, else another one, which then carries it for
 * both sides. When both sides come at once, one choice counts for both. What a side tells of the relay that it had is weighed by
 * {@link shouldLeaveRelay}; a relay whose heartbeat is late is looked at first. With no other relay to go to, one that drains keeps what it has.
 *
 * @throws AppError NO_RELAY, SESSION_ENDED
 */
export async function assignRelay(
  ctx: ServiceContext,
  session: CarriedSession,
  side: JoiningSide,
): Promise<Relay> {
  await giveUpLateRelays(ctx);
  const leaves = await shouldLeaveRelay(ctx, session, side);
  const current = await relayOf(ctx.db, session.relayId);
  if (current && !leaves && isEligible(current, ctx.now())) return current;
  return ctx.db.$transaction(async (tx) => {
    const picked = await findRelay(ctx, tx, session.company.region, session.relayId);
    if (!picked) {
      if (current && canGoOn(current, ctx.now())) return current;
      throw new AppError("NO_RELAY");
    }
    const { count } = await tx.supportSession.updateMany({
      where: { id: session.id, phase: "live", relayId: session.relayId },
      data: { relayId: picked.relay.id, operatorPresent: false, customerPresent: false, toolPresent: false },
    });
    if (count === 0) return relayChosenMeanwhile(tx, session.id);
    await recordAuditEvent(tx, ctx, {
      action: "session.relay_assigned",
      subject: `session:${session.id}`,
      companyId: session.companyId,
      actor: side.actor,
      detail: { relay: picked.relay.id, before: session.relayId, ...picked.detail },
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

/** The other side was faster, or the session is over. */
async function relayChosenMeanwhile(tx: DatabaseOrTransaction, sessionId: string): Promise<Relay> {
  const now = await tx.supportSession.findUnique({
    where: { id: sessionId },
    select: { phase: true, relay: true },
  });
  if (now?.phase !== "live") throw new AppError("SESSION_ENDED");
  if (!now.relay) throw new AppError("NO_RELAY");
  return now.relay;
}

async function relayOf(db: DatabaseOrTransaction, relayId: string | null): Promise<Relay | null> {
  return relayId === null ? null : db.relay.findUnique({ where: { id: relayId } });
}
