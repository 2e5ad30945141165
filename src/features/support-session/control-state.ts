import type { OperatorSnapshot } from "@/media/session-state";
import type { ControlObstacle, ControlStep, Requestable } from "@/protocol/control";
import type { Permissions } from "@/protocol/permissions";

/** How the operator stands with something that the customer can be asked for. */
export type RequestStanding =
  /** The company's plan or rules exclude it. */
  | "excluded"
  | "notLive"
  /** It can be asked for. */
  | "free"
  | "asked"
  | "denied"
  /** Denied a moment ago: the customer is left alone for a while. */
  | "resting"
  | "granted";

type Session = Pick<
  OperatorSnapshot,
  "connection" | "otherPresent" | "permissions" | "picture" | "toolPresent" | "control"
>;

export function requestStanding(
  permission: Requestable,
  { connection, otherPresent, permissions, control }: Session,
  grantable: Permissions,
): RequestStanding {
  if (!grantable[permission]) return "excluded";
  if (permissions[permission]) return "granted";
  const state = control.requests[permission];
  // What is asked for stays so over a lost connection, and can be withdrawn meanwhile.
  if (state === "asked") return "asked";
  if (connection.phase !== "live" || !otherPresent) return "notLive";
  return state === "none" ? "free" : state;
}

/** How the operator stands with control, one thing at a time. */
export type ControlState =
  | { readonly kind: Exclude<RequestStanding, "granted"> }
  /** Allowed, and one of the sides is not connected for now. */
  | { readonly kind: "interrupted" }
  /** A camera is shown: there is nothing to be controlled. */
  | { readonly kind: "camera" }
  /** Allowed; the Client Tool is not there, or the customer has to do something else first. */
  | { readonly kind: "waitingForTool"; readonly step: ControlStep | null; readonly isInterrupted: boolean }
  /** Allowed, and the operator looks on only. */
  | { readonly kind: "viewOnly" }
  | { readonly kind: "controlling"; readonly hindrance: Hindrance | null };

/**
 * Why the operator's input has no effect just now.
 *
 * - `paused`: the customer uses the mouse.
 * - `questioned`: the customer's page asks something.
 * - `unseen`: the customer does not show the screen.
 */
type Hindrance = "paused" | "questioned" | "unseen" | ControlObstacle;

export function controlState(session: Session, grantable: Permissions): ControlState {
  const standing = requestStanding("control", session, grantable);
  if (session.picture?.source === "camera" && standing !== "excluded") return { kind: "camera" };
  if (standing !== "granted") return { kind: standing };
  const { connection, otherPresent, toolPresent, control } = session;
  if (connection.phase !== "live" || !otherPresent) return { kind: "interrupted" };
  const step = control.customerStep;
  if (!toolPresent || step === "wholeScreen") {
    return { kind: "waitingForTool", step, isInterrupted: control.ended === "tool_gone" };
  }
  if (!control.isWanted) return { kind: "viewOnly" };
  return { kind: "controlling", hindrance: hindranceOf(session) };
}

function hindranceOf({ control: { tool }, picture }: Session): Hindrance | null {
  if (tool?.phase === "questioned") return picture?.paused ? "unseen" : "questioned";
  if (tool?.phase === "paused") return "paused";
  return tool?.phase === "blocked" ? tool.obstacle : null;
}
