import { expect, test } from "vitest";
import { DismissedObservers } from "./dismissed-observers";

test("a token from before the dismissal is refused, a later one and anybody else's are not", () => {
  const dismissed = new DismissedObservers();
  dismissed.add("session", "observer", 1_000, 0);
  expect(dismissed.refuses("session", "observer", 999, 1)).toBe(true);
  expect(dismissed.refuses("session", "observer", 1_000, 1)).toBe(true);
  expect(dismissed.refuses("session", "observer", 1_001, 1)).toBe(false);
  expect(dismissed.refuses("session", "another", 999, 1)).toBe(false);
  expect(dismissed.refuses("another", "observer", 999, 1)).toBe(false);
});

test("is forgotten when every token of that time has expired", () => {
  const dismissed = new DismissedObservers();
  dismissed.add("session", "observer", 1_000, 0);
  expect(dismissed.refuses("session", "observer", 999, 10 * 60_000 - 1)).toBe(true);
  expect(dismissed.refuses("session", "observer", 999, 10 * 60_000)).toBe(false);
});

test("remembers at most ten thousand, the newest", () => {
  const dismissed = new DismissedObservers();
  for (let index = 0; index <= 10_000; index += 1) dismissed.add("session", `observer ${index}`, 1_000, 0);
  expect(dismissed.refuses("session", "observer 0", 1, 1)).toBe(false);
  expect(dismissed.refuses("session", "observer 1", 1, 1)).toBe(true);
  expect(dismissed.refuses("session", "observer 10000", 1, 1)).toBe(true);
});
