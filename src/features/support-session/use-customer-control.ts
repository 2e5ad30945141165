import { useEffect, useState } from "react";
import { capturedSurface } from "@/media/capture";
import type { CustomerSession } from "@/media/customer-session";
import type { CustomerSnapshot } from "@/media/session-state";
import type { Requestable, ToolPlatform } from "@/protocol/control";
import { type CustomerControlState, controlStepOf, customerControlState } from "./customer-control-state";
import { useToolPlatform } from "./use-client-tool";

/** Everything the customer's page has to do with control. */
export interface CustomerControlPart {
  readonly state: CustomerControlState;
  /** What is asked for now; null: nothing. */
  readonly asked: Requestable | null;
  /** Why control is not possible on this device; null: it is. */
  readonly hindrance: "unsupported" | "camera" | null;
  readonly platform: ToolPlatform | null;
  readonly sharesDevice: boolean;
  readonly allow: (permission: Requestable, sharesDevice: boolean) => Promise<void>;
  readonly deny: (permission: Requestable) => void;
  /** Takes control back; the operator goes on looking. */
  readonly viewOnly: () => Promise<void>;
  readonly setSaved: (isSaved: boolean) => void;
}

export function useCustomerControl(
  session: CustomerSession,
  snapshot: CustomerSnapshot,
): CustomerControlPart {
  const platform = useToolPlatform() ?? null;
  const [sharesDevice, setSharesDevice] = useState(false);
  const [isSaved, setSaved] = useState(false);
  const { picture, permissions, control } = snapshot;
  const stream = picture?.stream ?? null;
  const state = customerControlState(snapshot, stream && capturedSurface(stream));
  const asked = control.asked[0] ?? null;
  const step = controlStepOf(state, { isAsked: control.asked.includes("control"), platform, isSaved });
  useEffect(() => session.tellStep(step), [session, step]);

  return {
    state,
    asked,
    hindrance: platform === null ? "unsupported" : picture?.source === "camera" ? "camera" : null,
    platform,
    sharesDevice,
    allow: async (permission, isShared) => {
      if (permission === "control") setSharesDevice(isShared);
      await session.setPermissions({ ...permissions, [permission]: true });
    },
    deny: (permission) => session.deny(permission),
    // As Stop in the tool's window does (`revokeControl`).
    viewOnly: () => session.setPermissions({ ...permissions, control: false, clipboard: false }),
    setSaved,
  };
}
