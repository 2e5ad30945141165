import { expect, test } from "vitest";
import { qualityFigures } from "./quality-figures";

test("figures are rounded and carry their unit", () => {
  expect(
    qualityFigures({
      rttMs: 23.84,
      lossRatio: 0.01234,
      framesPerSecond: 25.9,
      bitrateBps: 2_449_000,
    }),
  ).toEqual({
    roundTrip: { unit: "milliseconds", value: 24 },
    loss: { unit: "percent", value: 1.2 },
    frames: { unit: "plain", value: 26 },
    bitrate: { unit: "megabits", value: 2.4 },
  });
});

test("a slow connection is told in kbit/s, and what is not measured is not invented", () => {
  expect(
    qualityFigures({
      rttMs: null,
      lossRatio: null,
      framesPerSecond: null,
      bitrateBps: 85_400,
    }),
  ).toEqual({
    roundTrip: { unit: "none" },
    loss: { unit: "none" },
    frames: { unit: "none" },
    bitrate: { unit: "kilobits", value: 85 },
  });
  expect(qualityFigures(null).bitrate).toEqual({ unit: "none" });
});
