import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { withDeadline } from "./deadline";

/** Collects what nobody holds any more, as happens at any time. */
function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("gc");
  if (typeof collect !== "function") throw new Error("Node does not show its garbage collector.");
  collect();
}

const forEver = (signal: AbortSignal) =>
  new Promise<never>((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason));
  });

test("the time is up also when garbage was collected meanwhile", async () => {
  const work = withDeadline(new AbortController().signal, 100, forEver);
  collectGarbage();
  await expect(work).rejects.toMatchObject({ name: "AbortError" });
});

test("a signal calls it off with its reason, before it begins too, and so does the work itself", async () => {
  const ending = new AbortController();
  const work = withDeadline(ending.signal, 60_000, forEver);
  ending.abort(new Error("told to end"));
  await expect(work).rejects.toThrow("told to end");
  const late = withDeadline(ending.signal, 60_000, async (signal) => signal.aborted);
  expect(await late).toBe(true);
  const own = withDeadline(new AbortController().signal, 60_000, async (signal, callOff) => {
    const rejected = forEver(signal);
    callOff();
    return await rejected;
  });
  await expect(own).rejects.toMatchObject({ name: "AbortError" });
});
