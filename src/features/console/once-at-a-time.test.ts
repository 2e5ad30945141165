import { expect, it } from "vitest";
import { onceAtATime } from "./once-at-a-time";

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

it("can be started again as soon as it is done", async () => {
  const { action, calls, finish } = counted();
  const once = onceAtATime(action);
  for (let start = 0; start < 2; start += 1) {
    const done = once();
    finish();
    expect(await done).toBe("done");
  }
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
