import { expect, it } from "vitest";
import { type ServiceCheck, verdictOf } from "./verdict";

function check(database: "up" | "down", healthy: number, total: number): ServiceCheck {
  return { version: "1.2.3", database, relays: { healthy, total } };
}

it.each([
  [null, false, "checking"],
  [null, true, "unreachable"],
  [check("up", 2, 2), false, "allGood"],
  [check("up", 1, 2), false, "partial"],
  [check("up", 0, 2), false, "noRelays"],
  [check("up", 0, 0), false, "noRelays"],
  [check("down", 2, 2), false, "down"],
  [check("down", 0, 2), false, "down"],
  [check("up", 2, 2), true, "unreachable"],
] as const)("of %o, newest try failed: %s, is %s", (answer, failed, verdict) => {
  expect(verdictOf(answer, failed)).toBe(verdict);
});
