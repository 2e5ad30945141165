import { expect, it } from "vitest";
import { onceAtATime, SETTLE_MS } from "./once-at-a-time";

function counted() {
  let calls = 0;
  let finish: () => void = () => undefined;
  const action = () => {
    calls += 1;
    return new Promise<string>((resolve) => {
      finish = () => resolve("done");
    });
  };
  return { action, calls: () => calls, finish: () => finish() };
}

it("starts once while the first is under way", async () => {
  const { action, calls, finish } = counted();
  const once = onceAtATime(action);
  const first = once();
  const second = once();
  finish();
  expect(await Promise.all([first, second])).toEqual(["done", undefined]);
  expect(calls()).toBe(1);
});

it("takes the second click of a double click for the first, even when the answer was faster", async () => {
  let nowMs = 0;
  const { action, calls, finish } = counted();
  const once = onceAtATime(action, () => nowMs);
  const first = once();
  finish();
  await first;
  nowMs = SETTLE_MS - 1;
  expect(await once()).toBeUndefined();
  nowMs = SETTLE_MS;
  const later = once();
  finish();
  expect(await later).toBe("done");
  expect(calls()).toBe(2);
});

it("can be tried again at once after a failure", async () => {
  let calls = 0;
  const once = onceAtATime(async () => {
    calls += 1;
    throw new Error("refused");
  });
  await expect(once()).rejects.toThrow("refused");
  await expect(once()).rejects.toThrow("refused");
  expect(calls).toBe(2);
});
