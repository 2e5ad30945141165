import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { NetworkProbe } from "./network-probe";

/** What a cut network does: nothing, until whoever waits has waited enough. */
const silent = (signal: AbortSignal) =>
  new Promise<never>((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason));
  });
const answered = async () => undefined;
const failed = async () => {
  throw new TypeError("Failed to fetch");
};

/** What happens to each call, in their order; the last holds for all later ones. */
let network: ((signal: AbortSignal) => Promise<unknown>)[];
let calls: { atMs: number; signal: AbortSignal }[];
let back: number[];
let probe: NetworkProbe;

beforeEach(() => {
  vi.useFakeTimers();
  [calls, back] = [[], []];
  probe = new NetworkProbe(
    () => back.push(performance.now()),
    (signal) => {
      calls.push({ atMs: performance.now(), signal });
      const happens = network[Math.min(calls.length, network.length) - 1] ?? silent;
      return happens(signal);
    },
  );
});

afterEach(() => {
  probe.stop();
  vi.useRealTimers();
});

test("asks every four seconds while nothing comes back, and tells once when something does", async () => {
  network = [silent, silent, silent, answered];
  const startedAtMs = performance.now();
  probe.start();
  probe.start();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(calls.map(({ atMs }) => atMs - startedAtMs)).toEqual([0, 4_000, 8_000, 12_000]);
  expect(calls.every(({ signal }) => signal.aborted)).toBe(true);
  expect(back.map((atMs) => atMs - startedAtMs)).toEqual([12_000]);
});

test("tells of an answer that was long in coming: it has waited for the network", async () => {
  network = [() => new Promise((resolve) => setTimeout(resolve, 3_000))];
  probe.start();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(back).toHaveLength(1);
});

test("asks twice a second without any network, where calls fail at once", async () => {
  network = [failed, failed, failed, answered];
  const startedAtMs = performance.now();
  probe.start();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(back.map((atMs) => atMs - startedAtMs)).toEqual([1_500]);
});

test("says nothing when the first call is answered: the network was not the trouble", async () => {
  network = [answered];
  probe.start();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(calls).toHaveLength(1);
  expect(back).toEqual([]);
});

test("a probe that is stopped asks and says nothing more, until it is started again", async () => {
  network = [silent, silent, answered];
  probe.start();
  await vi.advanceTimersByTimeAsync(1_000);
  probe.stop();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(calls.map(({ signal }) => signal.aborted)).toEqual([true]);
  probe.start();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(calls).toHaveLength(3);
  expect(back).toHaveLength(1);
});
