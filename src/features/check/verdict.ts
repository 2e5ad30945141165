import type { CheckSnapshot, CheckStep } from "@/media/connectivity-check";

/** What the check comes to. */
export type Verdict = "running" | "good" | "limited" | "blocked" | "refused";

const ways = ["udp", "tcp", "turn"] as const satisfies readonly CheckStep[];

/** @param shown the steps that count here: TURN only where the service has it */
export function verdictOf({ phase, steps }: CheckSnapshot, shown: readonly CheckStep[]): Verdict {
  if (phase.name !== "done") return phase.name;
  const isOpen = (step: CheckStep) => steps[step].state === "good" || steps[step].state === "slow";
  if (!isOpen("signalling") || !ways.some(isOpen)) return "blocked";
  return shown.every((step) => steps[step].state === "good") ? "good" : "limited";
}
