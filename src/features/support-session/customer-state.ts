import type { CustomerSnapshot } from "@/media/session-state";

/** What the customer is told about the session, one thing at a time. */
export type CustomerState =
  | "connecting"
  | "reconnecting"
  /** The operator is not connected for now. */
  | "away"
  /** The customer has withdrawn the permission to see the picture. */
  | "hidden"
  | "paused"
  | "screen"
  | "camera"
  | "replaced"
  | "failed"
  | "ended";

/** The state that matters most to somebody who wants to know: can anybody see my screen now? */
export function customerState(
  snapshot: Pick<CustomerSnapshot, "connection" | "otherPresent" | "permissions" | "picture">,
): CustomerState {
  const { connection, otherPresent, permissions, picture } = snapshot;
  if (connection.phase !== "live") return connection.phase;
  // The capture has been stopped, and the word of the end is on its way.
  if (!picture) return "ended";
  if (!permissions.view) return "hidden";
  if (picture.paused) return "paused";
  if (!otherPresent) return "away";
  return picture.source;
}

/** Whether this page still holds the session, so that leaving it would interrupt the support. */
export function isHeld(state: CustomerState): boolean {
  return state !== "replaced" && state !== "failed" && state !== "ended";
}
