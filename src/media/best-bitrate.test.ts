import { expect, it } from "vitest";
import { bestBitrate } from "./best-bitrate";

it("is what came in the best second", () => {
  const samples = [0, 1_000, 2_000, 52_000, 102_000, 152_000, 202_000, 252_000].map((bytes, index) => ({
    atMs: index * 250,
    bytes,
  }));
  expect(bestBitrate(samples)).toBe(200_000 * 8);
});

it("takes all there is when that is shorter than a second", () => {
  expect(
    bestBitrate([
      { atMs: 0, bytes: 0 },
      { atMs: 500, bytes: 1_000 },
    ]),
  ).toBe(16_000);
});

it.each([
  [[]],
  [[{ atMs: 5, bytes: 0 }]],
  [
    [
      { atMs: 5, bytes: 0 },
      { atMs: 9, bytes: 0 },
    ],
  ],
])("is nothing when nothing came", (samples) => {
  expect(bestBitrate(samples)).toBe(0);
});
