"use client";

import { useTranslations } from "next-intl";
import { StatusDot, type Tone } from "@/components/badge";
import { ElapsedTime } from "@/components/time";
import { type CustomerState, isHeld } from "./customer-state";

const toneOf: Readonly<Record<CustomerState, Tone>> = {
  connecting: "neutral",
  reconnecting: "warn",
  away: "warn",
  hidden: "neutral",
  paused: "neutral",
  screen: "good",
  camera: "good",
  replaced: "neutral",
  failed: "neutral",
  ended: "neutral",
};

/** The state in a word and the time since it began: for the bar with Stop and for the small window. */
export function SharingState({
  state,
  startedAt,
  controlled,
}: {
  state: CustomerState;
  startedAt: Date;
  /** Whether the operator controls the machine. */
  controlled: boolean;
}) {
  const t = useTranslations("session.customer");
  const control = useTranslations("control.customer.state");
  const isControlled = controlled && state === "screen";
  const waiting = state === "connecting" || state === "reconnecting" || state === "away";
  return (
    <span className="flex min-w-0 flex-wrap items-baseline gap-x-3 text-18">
      <StatusDot
        tone={isControlled ? "accent" : toneOf[state]}
        active={waiting || isControlled}
        className="font-semibold"
      >
        {isControlled ? control("short") : t(`short.${state}`)}
      </StatusDot>
      {isHeld(state) && (
        <span>
          <span className="sr-only">{t("elapsed")} </span>
          <ElapsedTime since={startedAt} />
        </span>
      )}
    </span>
  );
}
