import { expect, test } from "vitest";
import { MessageBudget } from "./message-budget";

test("a budget lets a burst through, then as much as it earns, and never saves more than a burst", () => {
  const budget = new MessageBudget({ burst: 3, perSecond: 2 }, 0);
  const spend = (nowMs: number, times: number) => Array.from({ length: times }, () => budget.spend(nowMs));
  expect(spend(0, 4)).toEqual([true, true, true, false]);
  expect(spend(499, 1)).toEqual([false]);
  expect(spend(500, 2)).toEqual([true, false]);
  expect(spend(60_000, 4)).toEqual([true, true, true, false]);
});
