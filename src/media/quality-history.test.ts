import { expect, test } from "vitest";
import { historyAfter, QUALITY_HISTORY_MS, type QualityPoint } from "./quality-history";

const quality = {
  rttMs: 20,
  lossRatio: 0,
  framesPerSecond: 10,
  bitrateBps: 500_000,
  grade: "good" as const,
  cause: null,
};

test("the history covers two minutes and no more, however long the session lasts", () => {
  let history: readonly QualityPoint[] = [];
  for (let atMs = 0; atMs <= 3_600_000; atMs += 2_000) history = historyAfter(history, quality, atMs);
  expect(history).toHaveLength(QUALITY_HISTORY_MS / 2_000);
  expect(history.at(-1)?.atMs).toBe(3_600_000);
});

test("a lost connection is a gap", () => {
  const history = historyAfter(historyAfter([], quality, 1_000), null, 3_000);
  expect(history.map(({ rttMs }) => rttMs)).toEqual([20, null]);
});

test("a clock that is set back does not turn the order round", () => {
  const history = historyAfter(historyAfter([], quality, 5_000), quality, 4_000);
  expect(history.map(({ atMs }) => atMs)).toEqual([4_000]);
});
