import type { LiveSession, OperatorSessionView, WaitingCustomer } from "@/protocol/session-views";
import { grantablePermissions } from "./grantable-permissions";
import { type SessionRecord, storedDevice, storedPermissions, storedToolDevice } from "./session-record";

/** What the operator's own session page shows. */
export function operatorView(session: SessionRecord): OperatorSessionView {
  return {
    sessionId: session.id,
    phase: session.phase,
    startedAt: session.startedAt,
    endedAt: session.endedAt,
    endReason: session.endReason,
    device: storedDevice(session.device),
    toolDevice: storedToolDevice(session.toolDevice),
    permissions: storedPermissions(session.permissions),
    grantable: grantablePermissions(session.company),
  };
}

/** A row of the console's waiting list. */
export function waitingCustomer(session: SessionRecord & { phase: "waiting" | "accepted" }): WaitingCustomer {
  const device = storedDevice(session.device);
  return {
    sessionId: session.id,
    receptionId: session.receptionId,
    phase: session.phase,
    since: session.createdAt,
    browserName: device?.browserName ?? "",
    osName: device?.osName ?? "",
    language: device?.language ?? "",
  };
}

/** A row of the console's list of live sessions. */
export function liveSession(session: SessionRecord, startedAt: Date): LiveSession {
  const device = storedDevice(session.device);
  return {
    sessionId: session.id,
    startedAt,
    browserName: device?.browserName ?? "",
    osName: device?.osName ?? "",
    customerPresent: session.customerPresent,
    operatorPresent: session.operatorPresent,
  };
}
