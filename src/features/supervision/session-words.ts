import type { Tone } from "@/components/badge";
import type { SupervisedSession } from "@/protocol/supervision";

/** How an open session stands, for somebody who looks from outside. */
export type OpenState = "waiting" | "accepted" | "live" | "customerAway" | "operatorAway" | "nobody";

export function openState({
  phase,
  customerPresent,
  operatorPresent,
}: Pick<SupervisedSession, "phase" | "customerPresent" | "operatorPresent">): OpenState {
  if (phase === "waiting" || phase === "accepted") return phase;
  if (customerPresent) return operatorPresent ? "live" : "operatorAway";
  return operatorPresent ? "customerAway" : "nobody";
}

export const toneOf: Readonly<Record<OpenState, Tone>> = {
  waiting: "accent",
  accepted: "accent",
  live: "good",
  customerAway: "warn",
  operatorAway: "warn",
  nobody: "neutral",
};
