import { EXTENDED, windowsScanCodes, windowsVirtualKeys } from "../keys/windows-scan-codes";
import { typedPieces } from "../typed-text";
import type { KeyInput, MouseInput, Point } from "./win32";

/** The rectangle around all monitors. */
export type VirtualScreen = Point & { width: number; height: number };

const MOVE = 0x0001;
const WHEEL = 0x0800;
const HORIZONTAL_WHEEL = 0x1000;
const VIRTUAL_DESKTOP = 0x4000;
const ABSOLUTE = 0x8000;

const KEY_EXTENDED = 0x0001;
const KEY_UP = 0x0002;
const KEY_UNICODE = 0x0004;
const KEY_SCAN_CODE = 0x0008;

/** SendInput divides the virtual screen into so many steps each way. */
const STEPS = 65_536;

/**
 * Moves to a pixel. The step in the middle of the pixel is sent: Windows has been seen to turn steps into pixels by cutting off
 * and by rounding, and the middle is right with both.
 */
export function moveInput({ x, y }: Point, screen: VirtualScreen): MouseInput {
  return mouseInput(MOVE | ABSOLUTE | VIRTUAL_DESKTOP, {
    dx: step(x - screen.x, screen.width),
    dy: step(y - screen.y, screen.height),
  });
}

function step(pixel: number, pixels: number): number {
  const inside = Math.min(Math.max(Math.round(pixel), 0), pixels - 1);
  return Math.min(Math.floor(((inside + 0.5) * STEPS) / pixels), STEPS - 1);
}

type ButtonFlags = { down: number; up: number; mouseData: number };
const LEFT: ButtonFlags = { down: 0x0002, up: 0x0004, mouseData: 0 };
const RIGHT: ButtonFlags = { down: 0x0008, up: 0x0010, mouseData: 0 };
const MIDDLE: ButtonFlags = { down: 0x0020, up: 0x0040, mouseData: 0 };
const BACK: ButtonFlags = { down: 0x0080, up: 0x0100, mouseData: 1 };
const FORWARD: ButtonFlags = { down: 0x0080, up: 0x0100, mouseData: 2 };

/**
 * @param button as `MouseEvent.button`
 * @param isSwapped whether the customer has the mouse set for the left hand: SendInput stands for the mouse's own buttons, which
 *   Windows then swaps, while the operator's "left" means what it does
 * @returns null for a button that does not exist
 */
export function buttonInput(button: number, down: boolean, isSwapped: boolean): MouseInput | null {
  const flags = (isSwapped ? [RIGHT, MIDDLE, LEFT, BACK, FORWARD] : [LEFT, MIDDLE, RIGHT, BACK, FORWARD])[
    button
  ];
  return flags ? mouseInput(down ? flags.down : flags.up, { mouseData: flags.mouseData }) : null;
}

/** A notch of the wheel is 120 for Windows and 100 pixels for browsers. */
export const WHEEL_UNITS_PER_PIXEL = 1.2;

/** @param right,down whole wheel units */
export function wheelInputs(right: number, down: number): MouseInput[] {
  const inputs: MouseInput[] = [];
  if (down !== 0) inputs.push(mouseInput(WHEEL, { mouseData: -down }));
  if (right !== 0) inputs.push(mouseInput(HORIZONTAL_WHEEL, { mouseData: right }));
  return inputs;
}

/** What the keyboard layout makes of a scan code (EXTENDED in its high byte): a virtual key, or 0. */
export type VirtualKeyOf = (scanCode: number) => number;

/**
 * @param virtualKeyOf Windows looks the virtual key up itself and takes no notice; Wine goes by it
 * @returns null for a key that Windows does not have
 */
export function keyInput(code: string, down: boolean, virtualKeyOf: VirtualKeyOf): KeyInput | null {
  const scanCode = windowsScanCodes.get(code);
  if (scanCode === undefined) return null;
  const virtualKey = windowsVirtualKeys.get(code);
  return {
    type: 1,
    wVk: virtualKey ?? virtualKeyOf(scanCode),
    wScan: scanCode & 0xff,
    dwFlags:
      (virtualKey === undefined ? KEY_SCAN_CODE : 0) |
      ((scanCode & EXTENDED) === 0 ? 0 : KEY_EXTENDED) |
      (down ? 0 : KEY_UP),
  };
}

/** Every UTF-16 code unit goes down and up; the receiving window puts surrogates together again. */
export function textInputs(text: string, virtualKeyOf: VirtualKeyOf): KeyInput[] {
  return typedPieces(text).flatMap((piece) =>
    piece.kind === "key"
      ? [true, false].flatMap((down) => keyInput(piece.code, down, virtualKeyOf) ?? [])
      : Array.from({ length: piece.text.length }, (_, index) => piece.text.charCodeAt(index)).flatMap(
          (unit) =>
            [0, KEY_UP].map((up): KeyInput => ({ type: 1, wVk: 0, wScan: unit, dwFlags: KEY_UNICODE | up })),
        ),
  );
}

function mouseInput(dwFlags: number, values: Partial<MouseInput>): MouseInput {
  return { type: 0, dx: 0, dy: 0, mouseData: 0, dwFlags, ...values };
}
