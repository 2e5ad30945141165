import { expect, test } from "vitest";
import { backOffMs } from "./back-off";

test("waiting doubles up to the longest", () => {
  const limits = { firstMs: 100, longestMs: 1_000 };
  expect([0, 1, 2, 3, 4, 1_000].map((failures) => backOffMs(failures, limits))).toEqual([
    100, 200, 400, 800, 1_000, 1_000,
  ]);
});
