import { expect, test } from "vitest";
import { BackOff, restartDelayMs, STABLE_AFTER_MS } from "./back-off";

test("delays double from half a second to half a minute", () => {
  expect([1, 2, 3, 6, 7, 8, 2000].map(restartDelayMs)).toEqual([
    500, 1_000, 2_000, 16_000, 30_000, 30_000, 30_000,
  ]);
});

test("a stable run begins the count anew", () => {
  const backOff = new BackOff();
  expect(backOff.nextDelayMs(10)).toBe(500);
  expect(backOff.nextDelayMs(STABLE_AFTER_MS - 1)).toBe(1_000);
  expect(backOff.nextDelayMs(STABLE_AFTER_MS)).toBe(500);
  expect(backOff.failuresInARow).toBe(1);
});
