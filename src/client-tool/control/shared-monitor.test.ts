import { expect, test } from "vitest";
import { monitor } from "../testing/recording-machine";
import { pixelAt, sharedMonitor } from "./shared-monitor";

const left = monitor({ monitorId: "left", width: 1920, height: 1080, isPrimary: false });
const right = monitor({ monitorId: "right", x: 1920, width: 1920, height: 1080, isPrimary: true });
const laptop = monitor({
  monitorId: "laptop",
  x: 3840,
  width: 1440,
  height: 900,
  scale: 2,
  isPrimary: false,
});
const tall = monitor({
  monitorId: "tall",
  y: -1600,
  width: 1200,
  height: 1600,
  scale: 1.5,
  isPrimary: false,
});
const all = [left, right, laptop, tall];

test.each([
  ["exactly its pixels", { width: 1440, height: 900 }, "laptop"],
  ["its pixels, counted in points", { width: 2880, height: 1800 }, "laptop"],
  ["its points, counted in pixels, rounded", { width: 800, height: 1067 }, "tall"],
  ["its shape", { width: 600, height: 800 }, "tall"],
  ["two of that size: the primary one", { width: 1920, height: 1080 }, "right"],
  ["nothing that fits: the primary one", { width: 333, height: 777 }, "right"],
  ["nothing is known: the primary one", null, "right"],
])("%s", (_what, picture, expected) => {
  expect(sharedMonitor(all, { picture, chosenId: null, currentId: null })?.monitorId).toBe(expected);
});

test("the operator's word counts, and what was taken before stays among equals", () => {
  const picture = { width: 1920, height: 1080 };
  expect(sharedMonitor(all, { picture, chosenId: "tall", currentId: null })?.monitorId).toBe("tall");
  expect(sharedMonitor(all, { picture, chosenId: "gone", currentId: "left" })?.monitorId).toBe("left");
  expect(sharedMonitor([], { picture, chosenId: "tall", currentId: null })).toBeNull();
});

test("every pixel's own place leads back to it, at its edges too", () => {
  for (const pixel of [0, 1, 29, 57, 58, 1439]) {
    expect(pixelAt(laptop, { x: pixel / 1440, y: (pixel % 900) / 900 })).toEqual({
      x: 3840 + pixel,
      y: pixel % 900,
    });
    expect(pixelAt(laptop, { x: (pixel + 0.99) / 1440, y: 0 }).x).toBe(3840 + pixel);
  }
  expect(pixelAt(tall, { x: 1, y: 1 })).toEqual({ x: 1199, y: -1 });
});
