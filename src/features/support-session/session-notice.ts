import type { OperatorSnapshot } from "@/media/session-state";

/** What the operator has to know about the picture; null: it is live and there is nothing to say. */
export type ScreenNotice =
  | "connecting"
  | "reconnecting"
  /** The customer has agreed but is not connected yet. */
  | "waiting"
  /** The customer was connected and is gone for now. */
  | "away"
  | "paused"
  /** The customer has withdrawn the permission to see the screen. */
  | "hidden"
  /** It has a codec that this browser does not know, and the customer's browser has no other that all know. */
  | "unshowable";

/**
 * One thing at a time, the one that explains the others: without a connection of one's own, nothing is known of the
 * customer.
 *
 * @param seen whether a picture has been on this page before
 */
export function screenNotice(
  snapshot: Pick<OperatorSnapshot, "connection" | "otherPresent" | "permissions" | "picture" | "unshowable">,
  seen: boolean,
): ScreenNotice | null {
  const { connection, otherPresent, permissions, picture, unshowable } = snapshot;
  if (connection.phase === "reconnecting") return "reconnecting";
  if (connection.phase !== "live") return "connecting";
  if (!otherPresent) return seen ? "away" : "waiting";
  if (!permissions.view) return "hidden";
  if (!picture) return unshowable ? "unshowable" : "connecting";
  return picture.paused ? "paused" : null;
}

/** While one side waits for the other, or for itself: when the session ends unless that succeeds. */
export function endOfWaiting({
  connection,
  otherPresent,
  otherEndsAt,
}: Pick<OperatorSnapshot, "connection" | "otherPresent" | "otherEndsAt">): Date | null {
  if (connection.phase === "reconnecting") return connection.endsAt;
  return connection.phase === "live" && !otherPresent ? otherEndsAt : null;
}

/** Whether pointer and pen reach the customer now, and if not, why. */
export function toolsAvailability(
  snapshot: Pick<OperatorSnapshot, "connection" | "otherPresent" | "permissions" | "picture">,
): "available" | "notAllowed" | "notLive" | "notShown" {
  const { connection, otherPresent, permissions, picture } = snapshot;
  if (connection.phase !== "live" || !otherPresent || !picture) return "notLive";
  if (!permissions.pointer) return "notAllowed";
  // The customer's own picture does not show what is pointed at while nobody is meant to look.
  return picture.paused || !permissions.view ? "notShown" : "available";
}
