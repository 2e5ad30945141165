import { describe, expect, test } from "vitest";
import { surfaceOf } from "./capture-surface";

const nobody = { captureId: null, name: null };

describe("Chromium", () => {
  // As Chromium 156 has said them on an X server with two monitors of one size; 238 and 239 were the atoms of their names.
  test.each([
    ["screen:238:0", "monitor", { kind: "monitor", captureId: 238, name: null }],
    ["screen:239:0", "monitor", { kind: "monitor", captureId: 239, name: null }],
    ["window:4194307:1", "window", { kind: "window", ...nobody }],
    [
      "web-contents-media-stream://F7C654CF628A90D9C20A4F5E8A114709",
      "browser",
      { kind: "browser", ...nobody },
    ],
  ] as const)("%s", (label, displaySurface, expected) => {
    expect(surfaceOf({ label, displaySurface })).toEqual(expected);
    // The label alone tells as much.
    expect(surfaceOf({ label })).toEqual(expected);
  });

  test.each([
    ["the first of Windows", "screen:0:0", 0],
    ["one of macOS", "screen:69734272:0", 69_734_272],
    ["a whole desktop", "screen:-1:0", -1],
    ["what was picked in the picker of macOS", "screen:1:0:s", null],
    ["a number that is none", "screen:12345678901234567890:0", null],
    ["something new", "screen:a:b", null],
  ])("%s", (_what, label, captureId) => {
    expect(surfaceOf({ label, displaySurface: "monitor" })).toEqual({
      kind: "monitor",
      captureId,
      name: null,
    });
  });

  test("a tab that captures itself is a tab, and what the browser says outright counts", () => {
    expect(surfaceOf({ label: "current-web-contents-media-stream://0A" }).kind).toBe("browser");
    expect(surfaceOf({ label: "web-contents-media-stream://0A", displaySurface: "monitor" })).toEqual({
      kind: "monitor",
      ...nobody,
    });
  });
});

describe("others", () => {
  // As Firefox 153 has said it on an X server with two monitors, LEFT and HDMI-1, and without a displaySurface.
  test("Firefox tells an only screen from the rest, and the name of a monitor where X11 is", () => {
    expect(surfaceOf({ label: "Primary Monitor" })).toEqual({ kind: "monitor", ...nobody });
    expect(surfaceOf({ label: "LEFT" })).toEqual({ kind: "unknown", captureId: null, name: "LEFT" });
  });

  test.each(["", "Screen ", "Inbox (3) - somebody@mail.example", "x".repeat(65), "画面"])(
    "nothing is passed on of %j",
    (label) => {
      expect(surfaceOf({ label })).toEqual({ kind: "unknown", ...nobody });
    },
  );

  test("Safari tells the kind", () => {
    expect(surfaceOf({ label: "Screen ", displaySurface: "monitor" })).toEqual({
      kind: "monitor",
      ...nobody,
    });
    expect(surfaceOf({ label: "Notes", displaySurface: "window" })).toEqual({ kind: "window", ...nobody });
  });
});
