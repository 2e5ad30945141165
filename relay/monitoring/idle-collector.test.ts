import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { IDLE_AFTER_MS, IdleCollector } from "./idle-collector";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("collects once when the last session is gone for a while, and not before there was one", () => {
  let sessions = 0;
  const collect = vi.fn();
  const collector = new IdleCollector(() => sessions, collect);
  vi.advanceTimersByTime(4 * IDLE_AFTER_MS);
  expect(collect).not.toHaveBeenCalled();
  sessions = 3;
  vi.advanceTimersByTime(IDLE_AFTER_MS);
  sessions = 0;
  vi.advanceTimersByTime(IDLE_AFTER_MS / 2);
  sessions = 1;
  vi.advanceTimersByTime(IDLE_AFTER_MS / 2);
  expect(collect).not.toHaveBeenCalled();
  sessions = 0;
  vi.advanceTimersByTime(10 * IDLE_AFTER_MS);
  expect(collect).toHaveBeenCalledTimes(1);
  collector.close();
});

test("has V8 collect what nobody holds any more", async () => {
  let garbage: object | null = { large: new Array(1000) };
  const reference = new WeakRef(garbage);
  garbage = null;
  // V8 keeps what a WeakRef was made of until the end of that turn.
  vi.useRealTimers();
  await new Promise((resolve) => setImmediate(resolve));
  vi.useFakeTimers();
  const collector = new IdleCollector(vi.fn(() => 0).mockReturnValueOnce(1));
  vi.advanceTimersByTime(4 * IDLE_AFTER_MS);
  expect(reference.deref()).toBeUndefined();
  collector.close();
});
