"use client";

import { MousePointerClick } from "lucide-react";
import { useTranslations } from "next-intl";
import type { OperatorControl } from "@/media/control/operator-control";
import type { ControlState } from "./control-state";
import { ToolButton } from "./tool-button";

/** The button of control, as page-wide keys and the way out of the customer's keyboard find it. */
export const CONTROL_BUTTON_ID = "control-button";

interface ControlButtonProps {
  control: OperatorControl;
  state: ControlState;
  /** Whether another tool works on the picture, which control then takes over from. */
  hasOtherTool: boolean;
  onTakeOver: () => void;
}

/** Asks for control, withdraws that, and, once it is allowed, switches between controlling and looking on. */
export function ControlButton({ control, state, hasOtherTool, onTakeOver }: ControlButtonProps) {
  const t = useTranslations("control.operator");
  const icon = <MousePointerClick aria-hidden />;
  switch (state.kind) {
    case "asked":
      return (
        <ToolButton
          id={CONTROL_BUTTON_ID}
          icon={icon}
          label={t("withdraw")}
          hint={t("withdrawHint")}
          onPress={() => control.withdraw("control")}
        />
      );
    case "interrupted":
    case "waitingForTool":
    case "viewOnly":
    case "controlling": {
      const isOn = state.kind === "controlling" && !hasOtherTool;
      return (
        <ToolButton
          id={CONTROL_BUTTON_ID}
          icon={icon}
          label={t(isOn ? "controlling" : "control")}
          hint={t(isOn ? "viewOnlyHint" : "controlHint")}
          pressed={isOn}
          unavailable={
            state.kind === "waitingForTool"
              ? t("waitingForTool")
              : state.kind === "interrupted"
                ? t("unavailable.notLive")
                : null
          }
          onPress={() => {
            control.want(!isOn);
            if (hasOtherTool) onTakeOver();
          }}
        />
      );
    }
    default:
      return (
        <ToolButton
          id={CONTROL_BUTTON_ID}
          icon={icon}
          label={t("request")}
          hint={t("requestHint")}
          unavailable={
            state.kind === "free" || state.kind === "denied" ? null : t(`unavailable.${state.kind}`)
          }
          onPress={() => control.request("control")}
        />
      );
  }
}
