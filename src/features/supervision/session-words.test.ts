import { expect, test } from "vitest";
import { openState } from "./session-words";

const both = { customerPresent: true, operatorPresent: true };

test.each([
  ["waiting", { phase: "waiting", ...both }],
  ["accepted", { phase: "accepted", ...both }],
  ["live", { phase: "live", ...both }],
  ["customerAway", { phase: "live", customerPresent: false, operatorPresent: true }],
  ["operatorAway", { phase: "live", customerPresent: true, operatorPresent: false }],
  ["nobody", { phase: "live", customerPresent: false, operatorPresent: false }],
] as const)("%s", (state, session) => {
  expect(openState(session)).toBe(state);
});
