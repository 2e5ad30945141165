import koffi from "koffi";
import { expect, test } from "vitest";
import { ClickCounter } from "./click-counter";
import { declareCoreGraphics, structs } from "./core-graphics";
import { type Display, pixelMonitors, pixelOfPoint, pointOfPixel } from "./desktop-pixels";
import { eventFlags } from "./key-flags";
import { utf16Units } from "./macos-machine";

const display = (over: Partial<Display> & Pick<Display, "displayId" | "bounds">): Display => ({
  name: "Display",
  scale: 1,
  isMain: false,
  ...over,
});

/** A Retina display with plain ones to its left and below it. */
const displays: Display[] = [
  display({ displayId: 1, bounds: { x: 0, y: 0, width: 1512, height: 982 }, scale: 2, isMain: true }),
  display({ displayId: 2, bounds: { x: -1920, y: -100, width: 1920, height: 1080 } }),
  display({ displayId: 3, bounds: { x: 0, y: 982, width: 1280, height: 720 } }),
];

test("every display keeps its own pixels, and none overlaps another", () => {
  const monitors = pixelMonitors(displays);
  expect(monitors.map(({ width, height, scale }) => [width, height, scale])).toEqual([
    [3024, 1964, 2],
    [1920, 1080, 1],
    [1280, 720, 1],
  ]);
  for (const [index, one] of monitors.entries()) {
    for (const other of monitors.slice(index + 1)) {
      const isApart =
        one.x + one.width <= other.x ||
        other.x + other.width <= one.x ||
        one.y + one.height <= other.y ||
        other.y + other.height <= one.y;
      expect(isApart, `${one.monitorId} and ${other.monitorId}`).toBe(true);
    }
  }
});

test("every pixel becomes a point on its display, and the same pixel again", () => {
  for (const { x, y, width, height, monitorId } of pixelMonitors(displays)) {
    for (const [right, down] of [
      [0, 0],
      [1, 1],
      [width - 1, height - 1],
      [width >> 1, 7],
    ] as const) {
      const pixel = { x: x + right, y: y + down };
      const point = pointOfPixel(pixel, displays);
      const { bounds } = displays.find(({ displayId }) => String(displayId) === monitorId) ?? {
        bounds: null,
      };
      expect(bounds && point.x > bounds.x && point.x < bounds.x + bounds.width).toBe(true);
      expect(bounds && point.y > bounds.y && point.y < bounds.y + bounds.height).toBe(true);
      expect(pixelOfPoint(point, displays)).toEqual(pixel);
    }
  }
});

test("a place on no display is the nearest one that is", () => {
  expect(pointOfPixel({ x: 99_999, y: 10 }, displays)).toEqual({ x: 1511.75, y: 5.25 });
  expect(pixelOfPoint({ x: 5_000, y: 5.25 }, displays)).toEqual({ x: 3023, y: 10 });
  expect(pointOfPixel({ x: 3, y: 4 }, [])).toEqual({ x: 3, y: 4 });
});

test("clicks that follow each other in one place are counted", () => {
  const clicks = new ClickCounter();
  const at = { x: 10, y: 10 };
  expect(clicks.press(0, at, 0)).toBe(1);
  expect(clicks.release(0)).toBe(1);
  expect(clicks.press(0, { x: 11, y: 10 }, 200)).toBe(2);
  expect(clicks.release(0)).toBe(2);
  expect(clicks.press(0, at, 400)).toBe(3);
  expect(clicks.press(0, at, 1_000)).toBe(1);
  expect(clicks.press(2, at, 1_100)).toBe(1);
  expect(clicks.press(2, { x: 30, y: 10 }, 1_200)).toBe(1);
  expect(clicks.release(0)).toBe(1);
});

test("an event carries the operator's modifiers, and no others", () => {
  const CAPS_LOCK = 0x10000;
  const CUSTOMERS_COMMAND = 0x100008;
  expect(eventFlags(CAPS_LOCK | CUSTOMERS_COMMAND, ["ShiftLeft"], "KeyA")).toBe(CAPS_LOCK | 0x20002);
  expect(eventFlags(0, ["MetaRight", "AltLeft", "KeyX"])).toBe(0x100010 | 0x80020);
  expect(eventFlags(0, [], "ArrowLeft")).toBe(0xa00000);
  expect(eventFlags(0, [], "Numpad5")).toBe(0x200000);
  expect(eventFlags(0, [], "F5")).toBe(0x800000);
  expect(eventFlags(0, [], "Enter")).toBe(0);
});

test("a text reaches Core Graphics in UTF-16", () => {
  expect([...utf16Units("a漢🙂")]).toEqual([0x61, 0x6f22, 0xd83d, 0xde42]);
});

test("structures have their sizes, and every declaration can be read", () => {
  expect(koffi.sizeof(structs.CGPoint)).toBe(16);
  expect(koffi.sizeof(structs.CGRect)).toBe(32);
  const declared: string[] = [];
  declareCoreGraphics((framework, name, result, parameters) => {
    koffi.proto(result, parameters);
    declared.push(`${framework} ${name}`);
    return () => {
      throw new Error(`${name} is not here`);
    };
  });
  expect(declared).toContain("CoreGraphics CGEventPost");
});

test("a typed array is filled in place by what is called, as CGGetActiveDisplayList needs it", () => {
  const libc = koffi.load(null);
  const copy = libc.func("memcpy", "void *", [koffi.pointer("uint32"), koffi.pointer("uint32"), "size_t"]);
  const target = new Uint32Array(2);
  copy(target, new Uint32Array([7, 9]), 8);
  expect([...target]).toEqual([7, 9]);
});
