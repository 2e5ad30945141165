import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { LastInput } from "./last-input";

let usedAtMs = 1_000;
let told = 0;
const tell = () => {
  told += 1;
};
const lastInput = new LastInput(() => usedAtMs);

beforeEach(() => {
  vi.useFakeTimers();
  told = 0;
});
afterEach(() => {
  lastInput.await(null);
  vi.useRealTimers();
});

test("whoever waits is told once, soon after the machine was used", () => {
  expect(lastInput.await(tell)).toBe(true);
  // The clocks of a system and of a process differ a little each time.
  usedAtMs += 3;
  vi.advanceTimersByTime(10_000);
  expect(told).toBe(0);
  usedAtMs += 10_000;
  vi.advanceTimersByTime(250);
  expect(told).toBe(1);
  usedAtMs += 250;
  vi.advanceTimersByTime(10_000);
  expect(told).toBe(1);
});

test("what was before does not count, nobody is told who has left, and nothing runs then", () => {
  usedAtMs += 5_000;
  lastInput.await(tell);
  lastInput.await(tell);
  vi.advanceTimersByTime(1_000);
  lastInput.await(null);
  usedAtMs += 5_000;
  vi.advanceTimersByTime(1_000);
  expect(told).toBe(0);
  expect(vi.getTimerCount()).toBe(0);
});
