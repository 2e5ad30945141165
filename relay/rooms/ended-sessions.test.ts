import { expect, test } from "vitest";
import { EndedSessions } from "./ended-sessions";

const MINUTE_MS = 60_000;

test("an ended session is remembered longer than a token lives, and not for ever", () => {
  const ended = new EndedSessions();
  ended.add("a", 0);
  expect(ended.has("a", 5 * MINUTE_MS)).toBe(true);
  expect(ended.has("a", 11 * MINUTE_MS)).toBe(false);
  expect(ended.has("b", 0)).toBe(false);
});

test("ending once more keeps the memory fresh", () => {
  const ended = new EndedSessions();
  ended.add("a", 0);
  ended.add("b", 1);
  ended.add("a", 9 * MINUTE_MS);
  ended.add("c", 11 * MINUTE_MS);
  expect(ended.has("a", 15 * MINUTE_MS)).toBe(true);
  expect(ended.has("b", 11 * MINUTE_MS)).toBe(false);
});

test("memory is bounded: the oldest goes first", () => {
  const ended = new EndedSessions();
  for (let index = 0; index <= 10_000; index += 1) ended.add(String(index), index);
  expect(ended.has("0", 10_000)).toBe(false);
  expect(ended.has("1", 10_000)).toBe(true);
  expect(ended.has("10000", 10_000)).toBe(true);
});
