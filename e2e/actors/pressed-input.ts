import { expect } from "@playwright/test";
import { X11Connection } from "@/client-tool/machine/linux/x11/connection";
import type { Display } from "../fixtures/display";

/** X's code of the left Shift. */
export const SHIFT_KEY = "key 50";
export const LEFT_BUTTON = "button 1";
const KEYS = 256;
/** The first of XQueryPointer's five bits for buttons. */
const FIRST_BUTTON_BIT = 8;

/** What is pressed on a display, whoever presses it, in the X server's own words. */
export class PressedInput {
  readonly #connection: X11Connection;

  constructor(display: Display) {
    this.#connection = X11Connection.open(display.name);
  }

  look(): string[] {
    const { xlib, display, root } = this.#connection;
    const keys = Buffer.alloc(KEYS / 8);
    xlib.queryKeymap(display, keys);
    const place = () => new Int32Array(1);
    const window = () => new BigUint64Array(1);
    const mask = new Uint32Array(1);
    xlib.queryPointer(display, root, window(), window(), place(), place(), place(), place(), mask);
    const isPressed = (key: number) => ((keys[key >> 3] ?? 0) & (1 << (key & 7))) !== 0;
    const buttons = [1, 2, 3, 4, 5].filter(
      (button) => ((mask[0] ?? 0) & (1 << (FIRST_BUTTON_BIT + button - 1))) !== 0,
    );
    return [
      ...Array.from({ length: KEYS }, (_, key) => key)
        .filter(isPressed)
        .map((key) => `key ${key}`),
      ...buttons.map((button) => `button ${button}`),
    ];
  }

  /** Waits until exactly these are pressed. */
  async expect(pressed: readonly string[], when: string): Promise<void> {
    await expect.poll(() => this.look(), { message: when, intervals: [50] }).toEqual(pressed);
  }

  close(): void {
    this.#connection.close();
  }
}
