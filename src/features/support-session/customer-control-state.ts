import type { CapturedSurface } from "@/media/capture";
import type { CustomerSnapshot } from "@/media/session-state";
import type { ControlObstacle, ControlStep, ToolPlatform } from "@/protocol/control";

/** What the customer is told about control, one thing at a time. */
export type CustomerControlState =
  | { readonly kind: "none" }
  /** Allowed, but only a window or a tab is shared. */
  | { readonly kind: "wholeScreen" }
  /** Allowed, and the Client Tool is not there (any more). */
  | { readonly kind: "start"; readonly isAgain: boolean }
  | { readonly kind: "controlled" }
  /** The customer uses the mouse. */
  | { readonly kind: "paused" }
  | { readonly kind: "blocked"; readonly obstacle: ControlObstacle };

/** @param surface what the picture shows; null: the browser does not tell, or it is a camera */
export function customerControlState(
  {
    permissions,
    toolPresent,
    control,
    picture,
  }: Pick<CustomerSnapshot, "permissions" | "toolPresent" | "control" | "picture">,
  surface: CapturedSurface | null,
): CustomerControlState {
  if (!permissions.control || picture?.source !== "screen") return { kind: "none" };
  // What is clicked on has to be what is seen.
  if (surface === "window" || surface === "browser") return { kind: "wholeScreen" };
  if (!toolPresent) return { kind: "start", isAgain: control.ended === "tool_gone" };
  if (control.tool?.phase === "paused") return { kind: "paused" };
  if (control.tool?.phase === "blocked" && control.tool.obstacle) {
    return { kind: "blocked", obstacle: control.tool.obstacle };
  }
  return { kind: "controlled" };
}

/** Whether the operator has the machine, be it that the customer's own mouse comes first just now. */
export function isControlled({ kind }: CustomerControlState): boolean {
  return kind === "controlled" || kind === "paused";
}

/** What the operator is told that this page waits for. */
export function controlStepOf(
  { kind }: CustomerControlState,
  { isAsked, platform, isSaved }: { isAsked: boolean; platform: ToolPlatform | null; isSaved: boolean },
): ControlStep | null {
  if (platform === null) return isAsked || kind !== "none" ? "unsupported" : null;
  if (kind === "wholeScreen") return "wholeScreen";
  if (kind !== "start") return null;
  return isSaved ? "start" : "download";
}
