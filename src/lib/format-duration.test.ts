import { expect, it } from "vitest";
import { formatClock, formatDuration } from "./format-duration";

it.each([
  [0, "0 s", "0秒"],
  [59.9, "59 s", "59秒"],
  [192, "3 min 12 s", "3分12秒"],
  [3600, "1 h 0 min", "1時間0分"],
  [4325, "1 h 12 min", "1時間12分"],
  [-5, "0 s", "0秒"],
])("%d seconds in words", (seconds, en, ja) => {
  expect(formatDuration(seconds, "en")).toBe(en);
  expect(formatDuration(seconds, "ja")).toBe(ja);
});

it.each([
  [0, "0:00", "00:00"],
  [192, "3:12", "03:12"],
  [3792, "1:03:12", "1:03:12"],
])("%d seconds as a clock", (seconds, plain, padded) => {
  expect(formatClock(seconds)).toBe(plain);
  expect(formatClock(seconds, { pad: true })).toBe(padded);
});
