import { assertUnreachable } from "@/lib/assert-unreachable";
import type { EndReason } from "@/protocol/end-reason";
import { samePermissions } from "@/protocol/permissions";
import type { RelayReport } from "@/protocol/relay-api";
import type { Role } from "@/protocol/roles";
import { notify } from "@/server/db/notifications";
import { recordAuditEvent } from "@/server/domain/audit/record-audit-event";
import { recordToolPresence } from "@/server/domain/client-tool/record-tool-presence";
import type { RelayActor, ServiceContext } from "@/server/domain/service-context";
import { recordObserverJoined, recordObserverLeft } from "@/server/domain/supervision/record-observer";
import { endSupportSession } from "@/server/domain/support-sessions/end-support-session";
import { customerOf } from "@/server/domain/support-sessions/own-session";
import { storedPermissions } from "@/server/domain/support-sessions/session-record";

/** Ends that a person chose; they count whichever relay tells of them. */
const CHOSEN_ENDS: readonly EndReason[] = ["stopped_by_customer", "ended_by_operator"];

/**
 * Something happened on a relay. A report may come twice, and after the session has moved or ended: then it changes nothing
 * and is acknowledged all the same, for a relay repeats it until it is.
 */
export async function recordReport(
  ctx: ServiceContext<RelayActor>,
  { relayId, event }: RelayReport,
): Promise<Record<string, never>> {
  switch (event.type) {
    case "peer_joined":
      await storePresence(ctx, relayId, event.sessionId, event.role, true);
      break;
    case "peer_left":
      await storePresence(ctx, relayId, event.sessionId, event.role, false);
      break;
    case "tool_joined":
      await recordToolPresence(ctx, relayId, event.sessionId, true);
      break;
    case "tool_left":
      await recordToolPresence(ctx, relayId, event.sessionId, false);
      break;
    case "observer_joined":
      await recordObserverJoined(ctx, relayId, event);
      break;
    case "observer_left":
      await recordObserverLeft(ctx, event);
      break;
    case "permissions_changed":
      await storePermissions(ctx, relayId, event);
      break;
    case "session_ended":
      await storeEnd(ctx, relayId, event);
      break;
    default:
      assertUnreachable(event);
  }
  return {};
}

async function storePresence(
  ctx: ServiceContext<RelayActor>,
  relayId: string,
  sessionId: string,
  role: Role,
  present: boolean,
): Promise<void> {
  await ctx.db.$transaction(async (tx) => {
    const [session] = await tx.supportSession.updateManyAndReturn({
      where: { id: sessionId, relayId, phase: "live" },
      data: {
        [role === "operator" ? "operatorPresent" : "customerPresent"]: present,
        // Until this very moment somebody was there, also when somebody left.
        lastPresentAt: ctx.now(),
      },
      select: { id: true, operatorId: true, companyId: true },
    });
    if (!session) return;
    await notify(
      tx,
      `session:${session.id}`,
      `operator:${session.operatorId}`,
      `company:${session.companyId}`,
    );
  });
}

async function storePermissions(
  ctx: ServiceContext<RelayActor>,
  relayId: string,
  { sessionId, permissions, by }: Extract<RelayReport["event"], { type: "permissions_changed" }>,
): Promise<void> {
  await ctx.db.$transaction(async (tx) => {
    const session = await tx.supportSession.findFirst({
      where: { id: sessionId, relayId, phase: "live" },
      select: { companyId: true, operatorId: true, permissions: true },
    });
    if (!session || samePermissions(storedPermissions(session.permissions), permissions)) return;
    const { count } = await tx.supportSession.updateMany({
      where: { id: sessionId, relayId, phase: "live" },
      data: { permissions: { ...permissions } },
    });
    if (count === 0) return;
    await recordAuditEvent(tx, ctx, {
      // Whichever way it was done, it was the customer who did it.
      action: by === "tool" ? "session.tool_revoked_control" : "session.permissions_changed",
      subject: `session:${sessionId}`,
      companyId: session.companyId,
      actor: customerOf(sessionId),
      detail: { ...permissions },
    });
    await notify(tx, `session:${sessionId}`, `operator:${session.operatorId}`);
  });
}

async function storeEnd(
  ctx: ServiceContext<RelayActor>,
  relayId: string,
  event: Extract<RelayReport["event"], { type: "session_ended" }>,
): Promise<void> {
  const session = await ctx.db.supportSession.findUnique({
    where: { id: event.sessionId },
    select: { id: true, operatorId: true, relayId: true },
  });
  if (!session) return;
  // The last count counts also when it was the management server that ended the session.
  await ctx.db.supportSession.updateMany({
    where: { id: session.id, relayId, bytesForwarded: { lt: event.bytesForwarded } },
    data: { bytesForwarded: event.bytesForwarded },
  });
  if (session.relayId !== relayId && !CHOSEN_ENDS.includes(event.reason)) return;
  await endSupportSession(ctx, {
    sessionId: session.id,
    from: ["live"],
    reason: event.reason,
    actor: whoEnded(event.reason, relayId, session),
    tellRelay: session.relayId !== relayId,
  });
}

function whoEnded(reason: EndReason, relayId: string, session: { id: string; operatorId: string }): string {
  if (reason === "stopped_by_customer") return customerOf(session.id);
  if (reason === "ended_by_operator") return `operator:${session.operatorId}`;
  return `relay:${relayId}`;
}
