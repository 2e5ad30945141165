import { expect, test } from "vitest";
import { niceTop } from "./day-chart";

test.each([
  [0, 2],
  [1, 2],
  [3, 5],
  [10, 10],
  [11, 20],
  [4_999, 5_000],
  [12_345, 20_000],
])("all bars fit under a round number: %i under %i", (most, top) => {
  expect(niceTop(most)).toBe(top);
});
