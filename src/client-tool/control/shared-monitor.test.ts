import { describe, expect, test } from "vitest";
import { monitor } from "../testing/recording-machine";
import { pixelAt, type SurfaceHint, sharedMonitor } from "./shared-monitor";

const left = monitor({ monitorId: "left", name: "left", width: 1920, height: 1080, isPrimary: false });
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
/** Nobody has said anything. */
const nothing = { surface: null, picture: null, chosenId: null, currentId: null };
const hint = (over: Partial<SurfaceHint>): SurfaceHint => ({
  kind: "monitor",
  captureId: null,
  name: null,
  ...over,
});

test.each([
  ["exactly its pixels", { width: 1440, height: 900 }, "laptop"],
  ["its pixels, counted in points", { width: 2880, height: 1800 }, "laptop"],
  ["its points, counted in pixels, rounded", { width: 800, height: 1067 }, "tall"],
  ["its shape", { width: 600, height: 800 }, "tall"],
  ["two of that size: the primary one", { width: 1920, height: 1080 }, "right"],
  ["nothing that fits: the primary one", { width: 333, height: 777 }, "right"],
  ["nothing is known: the primary one", null, "right"],
])("%s", (_what, picture, expected) => {
  expect(sharedMonitor(all, { ...nothing, picture })?.monitorId).toBe(expected);
});

test("the operator's word counts, and what was taken before stays among equals", () => {
  const picture = { width: 1920, height: 1080 };
  expect(sharedMonitor(all, { ...nothing, picture, chosenId: "tall" })?.monitorId).toBe("tall");
  expect(sharedMonitor(all, { ...nothing, picture, chosenId: "gone", currentId: "left" })?.monitorId).toBe(
    "left",
  );
  expect(sharedMonitor([], { ...nothing, picture, chosenId: "tall" })).toBeNull();
});

describe("what the customer's browser says", () => {
  const picture = { width: 1920, height: 1080 };
  const numbered = all.map((one, index) => ({ ...one, captureId: 238 + index }));
  const idFor = (surface: SurfaceHint, rest: Partial<typeof nothing> | object = {}) =>
    sharedMonitor(numbered, { ...nothing, picture, ...rest, surface })?.monitorId;

  test("tells two monitors of one size apart, by number or by name", () => {
    expect(idFor(hint({ captureId: 238 }))).toBe("left");
    expect(idFor(hint({ captureId: 239 }))).toBe("right");
    expect(idFor(hint({ kind: "unknown", name: "left" }))).toBe("left");
    expect(idFor(hint({ captureId: 241 }), { picture: null })).toBe("tall");
  });

  test("counts less than the operator's word", () => {
    expect(idFor(hint({ captureId: 238 }), { chosenId: "right" })).toBe("right");
    expect(idFor(hint({ captureId: 238 }), { chosenId: "gone" })).toBe("left");
  });

  test.each([
    ["a monitor that is not there", hint({ captureId: 7 })],
    ["the whole desktop", hint({ captureId: -1 })],
    ["nothing", hint({})],
    ["a name of nobody", hint({ name: "HDMI-7" })],
    ["a number that is not the picture's, while others are", hint({ captureId: 241 })],
  ])("leaves it to the size where it says %s", (_what, surface) => {
    expect(idFor(surface)).toBe("right");
    expect(idFor(surface, { picture: { width: 1440, height: 900 } })).toBe("laptop");
  });

  test("is believed where the picture is of no monitor's shape, as for a moment after one was turned", () => {
    expect(idFor(hint({ captureId: 238 }), { picture: { width: 1080, height: 1920 } })).toBe("left");
  });
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
