import type { Heartbeat, HeartbeatAnswer } from "@/protocol/relay-api";
import { SIGNALLING_PROTOCOL_VERSION } from "@/protocol/signalling";
import type { DatabaseOrTransaction } from "@/server/db/client";
import { notify, type Topic } from "@/server/db/notifications";
import { recordAuditEvent } from "@/server/domain/audit/record-audit-event";
import type { RelayActor, ServiceContext } from "@/server/domain/service-context";
import { closeUntoldObservations, findUnlawful } from "@/server/domain/supervision/lawful-observers";
import { hasEligibleRelay, isHeardOf } from "./eligible-relay";

/**
 * A relay tells that it lives, what it carries and who is connected.
 *
 * Only sessions that are assigned to this relay are updated: an earlier relay of a session, back from an outage, knows
 * less than the present one. `bytesForwarded` never falls: a relay that is new to a session counts on from what its first join
 * token says, so that all that is missing of a session that moved is what the earlier relay forwarded after its last heartbeat.
 *
 * @returns the sessions that the relay carries but that are over here, or that do not exist here; those that go on on another
 *   relay; the observers who may not watch (any more); and for a relay that drains whether another one could take over
 */
export async function recordHeartbeat(
  ctx: ServiceContext<RelayActor>,
  heartbeat: Heartbeat,
): Promise<HeartbeatAnswer> {
  return ctx.db.$transaction(async (tx) => {
    const topics: Topic[] = [];
    if (await storeRelay(ctx, tx, heartbeat)) topics.push("relays");
    const known = await tx.supportSession.findMany({
      where: {
        OR: [
          { id: { in: heartbeat.sessions.map((session) => session.sessionId) } },
          { relayId: heartbeat.relayId, phase: "live" },
        ],
      },
      select: {
        id: true,
        phase: true,
        endReason: true,
        relayId: true,
        operatorId: true,
        companyId: true,
        operatorPresent: true,
        customerPresent: true,
      },
    });

    const told = new Map(heartbeat.sessions.map((session) => [session.sessionId, session]));
    const carried = known.filter((row) => row.phase === "live" && row.relayId === heartbeat.relayId);
    const updates = carried.map((row) => {
      const session = told.get(row.id);
      return {
        id: row.id,
        operator: session?.present.includes("operator") ?? false,
        customer: session?.present.includes("customer") ?? false,
        bytes: session?.bytesForwarded ?? 0,
      };
    });
    await storeSessions(ctx, tx, heartbeat.relayId, updates);
    for (const [index, row] of carried.entries()) {
      const update = updates[index];
      if (row.operatorPresent !== update?.operator || row.customerPresent !== update.customer) {
        topics.push(`session:${row.id}`, `operator:${row.operatorId}`, `company:${row.companyId}`);
      }
    }
    const watching = heartbeat.sessions.flatMap(({ sessionId, observers }) =>
      observers.map((observer) => ({ sessionId, ...observer })),
    );
    const untold = await closeUntoldObservations(ctx, tx, carried, watching);
    for (const { id, companyId } of untold) topics.push(`session:${id}`, `company:${companyId}`);
    if (topics.length > 0) await notify(tx, ...topics);

    const byId = new Map(known.map((row) => [row.id, row]));
    return {
      close: heartbeat.sessions.flatMap(({ sessionId }) => {
        const row = byId.get(sessionId);
        // Neither side did anything: it is the service that has lost the session, as after a restored backup.
        if (!row) return [{ sessionId, reason: "relay_lost" as const }];
        return row.phase === "ended" ? [{ sessionId, reason: row.endReason ?? "connection_lost" }] : [];
      }),
      dismiss: await findUnlawful(ctx, tx, watching),
      rejoin: heartbeat.sessions.flatMap(({ sessionId }) => {
        const row = byId.get(sessionId);
        return row?.phase === "live" && row.relayId !== heartbeat.relayId ? [sessionId] : [];
      }),
      canMove: heartbeat.state === "draining" && (await isReplaceable(ctx, tx, heartbeat.relayId)),
      protocolVersion: SIGNALLING_PROTOCOL_VERSION,
    };
  });
}

async function isReplaceable(
  ctx: Pick<ServiceContext, "now">,
  tx: DatabaseOrTransaction,
  relayId: string,
): Promise<boolean> {
  return hasEligibleRelay(await tx.relay.findMany({ where: { id: { not: relayId } } }), ctx.now());
}

/** @returns whether an overview of relays looks different now: a new one, one that is back, or another state */
async function storeRelay(
  ctx: ServiceContext<RelayActor>,
  tx: DatabaseOrTransaction,
  { relayId, sessions, ...told }: Heartbeat,
): Promise<boolean> {
  const before = await tx.relay.findUnique({ where: { id: relayId } });
  const now = ctx.now();
  const row = { ...told, sessions: sessions.length, lastHeartbeatAt: now, givenUpAt: null };
  await tx.relay.upsert({
    where: { id: relayId },
    create: { id: relayId, registeredAt: now, ...row },
    update: row,
    select: { id: true },
  });
  if (before === null || before.publicUrl !== told.publicUrl || before.commandUrl !== told.commandUrl) {
    await recordAuditEvent(tx, ctx, {
      action: "relay.registered",
      subject: `relay:${relayId}`,
      companyId: null,
      actor: `relay:${relayId}`,
      detail: { region: told.region, publicUrl: told.publicUrl, commandUrl: told.commandUrl },
    });
  }
  return before === null || before.state !== told.state || !isHeardOf(before, now);
}

/** One statement for all sessions: a relay carries many, and tells of them every five seconds. */
async function storeSessions(
  ctx: Pick<ServiceContext, "now">,
  tx: DatabaseOrTransaction,
  relayId: string,
  updates: readonly { id: string; operator: boolean; customer: boolean; bytes: number }[],
): Promise<void> {
  if (updates.length === 0) return;
  await tx.$executeRaw`
    UPDATE support_session AS session
    SET operator_present = told.operator,
        customer_present = told.customer,
        bytes_forwarded = GREATEST(session.bytes_forwarded, told.bytes),
        last_present_at = CASE WHEN told.operator OR told.customer THEN ${ctx.now()} ELSE session.last_present_at END
    FROM jsonb_to_recordset(${JSON.stringify(updates)}::jsonb)
      AS told (id uuid, operator boolean, customer boolean, bytes bigint)
    WHERE session.id = told.id AND session.relay_id = ${relayId} AND session.phase = 'live'`;
}
