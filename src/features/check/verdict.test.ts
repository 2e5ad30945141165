import { expect, it } from "vitest";
import {
  type CheckSnapshot,
  type CheckStep,
  checkSteps,
  freshCheck,
  type StepResult,
} from "@/media/connectivity-check";
import { verdictOf } from "./verdict";

const withoutTurn = checkSteps.filter((step) => step !== "turn");

function done(differs: Partial<Record<CheckStep, StepResult["state"]>> = {}): CheckSnapshot {
  const steps = Object.fromEntries(
    checkSteps.map((step) => [
      step,
      { state: step === "turn" ? "skipped" : "good", ...(differs[step] && { state: differs[step] }) },
    ]),
  ) as CheckSnapshot["steps"];
  return { ...freshCheck, phase: { name: "done" }, steps };
}

it.each<[ReturnType<typeof verdictOf>, Partial<Record<CheckStep, StepResult["state"]>>]>([
  ["good", {}],
  ["limited", { udp: "failed" }],
  ["limited", { tcp: "failed" }],
  ["limited", { upload: "slow" }],
  ["limited", { sharing: "failed" }],
  ["limited", { udp: "failed", tcp: "failed", turn: "good" }],
  ["blocked", { udp: "failed", tcp: "failed" }],
  ["blocked", { udp: "failed", tcp: "failed", turn: "failed" }],
  ["blocked", { signalling: "failed", udp: "skipped", tcp: "skipped" }],
])("is %s for %o", (verdict, differs) => {
  expect(verdictOf(done(differs), withoutTurn)).toBe(verdict);
});

it("counts TURN where there is any", () => {
  expect(verdictOf(done({ turn: "failed" }), checkSteps)).toBe("limited");
  expect(verdictOf(done({ turn: "good" }), checkSteps)).toBe("good");
});

it("waits for the end", () => {
  expect(verdictOf(freshCheck, checkSteps)).toBe("running");
});
