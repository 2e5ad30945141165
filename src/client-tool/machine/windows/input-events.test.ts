import { expect, test } from "vitest";
import { windowsScanCodes } from "../keys/windows-scan-codes";
import { buttonInput, keyInput, moveInput, textInputs, wheelInputs } from "./input-events";
import { integrityFromLabel } from "./windows-obstacle";

const noVirtualKey = () => 0;

/** The two ways in which Windows has been seen to turn a step of 65,536 into a pixel. */
const readings: [string, (step: number, pixels: number) => number][] = [
  ["by cutting off", (step, pixels) => Math.floor((step * pixels) / 65_536)],
  ["by rounding", (step, pixels) => Math.round((step * (pixels - 1)) / 65_535)],
];

test.each(readings)("every pixel is met, read %s", (_, read) => {
  for (const width of [1, 2, 800, 1366, 1920, 2560, 3840, 7680, 11_520]) {
    const screen = { x: -width, y: 0, width, height: 1080 };
    for (let pixel = 0; pixel < width; pixel += 1) {
      const { dx } = moveInput({ x: pixel - width, y: 5 }, screen);
      if (read(dx, width) !== pixel) expect({ width, pixel, read: read(dx, width) }).toBe("met");
    }
  }
});

test("a place outside of all monitors is the nearest one inside", () => {
  const screen = { x: -1920, y: 0, width: 3840, height: 1080 };
  expect(moveInput({ x: 9_999, y: -5 }, screen)).toEqual(moveInput({ x: 1919, y: 0 }, screen));
  expect(moveInput({ x: 1919, y: 1079 }, screen).dx).toBeLessThanOrEqual(65_535);
});

test("the operator's left is the customer's left, however the mouse is set", () => {
  expect(buttonInput(0, true, false)?.dwFlags).toBe(0x0002);
  expect(buttonInput(0, true, true)?.dwFlags).toBe(0x0008);
  expect(buttonInput(2, false, true)?.dwFlags).toBe(0x0004);
  expect(buttonInput(1, true, true)?.dwFlags).toBe(0x0020);
  expect(buttonInput(3, true, false)).toMatchObject({ dwFlags: 0x0080, mouseData: 1 });
  expect(buttonInput(4, false, false)).toMatchObject({ dwFlags: 0x0100, mouseData: 2 });
  expect(buttonInput(5, true, false)).toBeNull();
});

test("down is negative for Windows' wheel, right is positive", () => {
  expect(wheelInputs(0, 120)).toEqual([{ type: 0, dx: 0, dy: 0, mouseData: -120, dwFlags: 0x0800 }]);
  expect(wheelInputs(3, 0)).toEqual([{ type: 0, dx: 0, dy: 0, mouseData: 3, dwFlags: 0x1000 }]);
  expect(wheelInputs(0, 0)).toEqual([]);
});

test("keys go by scan code, the three that cannot by virtual key", () => {
  expect(keyInput("KeyA", true, () => 0x41)).toEqual({ type: 1, wVk: 0x41, wScan: 0x1e, dwFlags: 0x8 });
  expect(keyInput("ArrowUp", false, noVirtualKey)).toEqual({ type: 1, wVk: 0, wScan: 0x48, dwFlags: 0xb });
  expect(keyInput("Pause", true, () => 0x90)).toEqual({ type: 1, wVk: 0x13, wScan: 0x45, dwFlags: 0 });
  expect(keyInput("NumLock", true, noVirtualKey)).toEqual({ type: 1, wVk: 0x90, wScan: 0x45, dwFlags: 1 });
  expect(keyInput("PrintScreen", true, noVirtualKey)).toEqual({
    type: 1,
    wVk: 0x2c,
    wScan: 0x37,
    dwFlags: 1,
  });
  expect(keyInput("Fn", true, noVirtualKey)).toBeNull();
  expect(keyInput("constructor", true, noVirtualKey)).toBeNull();
  for (const code of windowsScanCodes.keys()) expect(keyInput(code, true, noVirtualKey)).not.toBeNull();
});

test("text goes by its UTF-16 units, each down and up; lines end with Return", () => {
  const inputs = textInputs("🙂\n", noVirtualKey);
  expect(inputs.map(({ wScan, dwFlags }) => [wScan, dwFlags])).toEqual([
    [0xd83d, 0x4],
    [0xd83d, 0x6],
    [0xde42, 0x4],
    [0xde42, 0x6],
    [0x1c, 0x8],
    [0x1c, 0xa],
  ]);
});

test("a program's rights are read from its token", () => {
  const address = 0x7ff0_1234_0000n;
  const label = Buffer.alloc(64);
  label.writeBigUInt64LE(address + 16n, 0);
  // S-1-16-12288: high.
  label.set([1, 1, 0, 0, 0, 0, 0, 16], 16);
  label.writeUInt32LE(0x3000, 24);
  expect(integrityFromLabel(label, address)).toBe(0x3000);
  label.writeBigUInt64LE(address - 8n, 0);
  expect(integrityFromLabel(label, address)).toBeNull();
  label.writeBigUInt64LE(address + 60n, 0);
  expect(integrityFromLabel(label, address)).toBeNull();
});
