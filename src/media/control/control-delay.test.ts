import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ControlDelay } from "./control-delay";

let told: (number | null)[];
let delay: ControlDelay;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance"] });
  told = [];
  delay = new ControlDelay((delayMs) => told.push(delayMs));
});

afterEach(() => {
  vi.useRealTimers();
});

function carriedOutAfter(sequence: number, delayMs: number): void {
  delay.sent(sequence);
  vi.advanceTimersByTime(delayMs);
  delay.applied(sequence);
}

test("the middle of the last inputs is told, at most once a second", () => {
  carriedOutAfter(1, 12);
  expect(told).toEqual([12]);
  for (let sequence = 2; sequence < 60; sequence += 1)
    carriedOutAfter(sequence, sequence % 4 === 0 ? 200 : 20);
  expect(told.slice(1).every((delayMs) => delayMs === 20)).toBe(true);
  expect(told.length).toBeLessThan(6);
});

test("what the tool counts and this page has not sent is no delay, and neither is what was overtaken", () => {
  delay.applied(7);
  delay.sent(1);
  vi.advanceTimersByTime(500);
  delay.sent(2);
  vi.advanceTimersByTime(30);
  delay.applied(2);
  delay.applied(1);
  expect(told).toEqual([30]);
});

test("nothing is left when control ends", () => {
  delay.sent(1);
  delay.reset();
  delay.applied(1);
  expect(told).toEqual([null]);
});
