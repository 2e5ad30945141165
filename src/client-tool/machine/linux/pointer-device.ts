import { MachineError } from "../machine";
import type { X11Connection } from "./x11/connection";
import type { XTest } from "./x11/xlib";

/** `MouseEvent.button` → the core protocol's buttons; 4 to 7 are the wheel, 8 and 9 back and forward (X.Org's evdev driver). */
const BUTTONS: readonly number[] = [1, 2, 3, 8, 9];
const [WHEEL_UP, WHEEL_DOWN, WHEEL_LEFT, WHEEL_RIGHT] = [4, 5, 6, 7];
/**
 * What a notch of the operator's wheel is in CSS pixels: Chromium reports 120 on Linux and 100 on Windows (three lines, the system's
 * preset). Touchpads send any number; for those a notch is every 100.
 */
const LINUX_NOTCH_PIXELS = 120;
const NOTCH_PIXELS = 100;
/** Of many notches in one event programs see at most so many. */
const NOTCHES_MAX = 50;
const ANY_SCREEN = -1;

/** The mouse. X's own wheel knows only whole notches: what is less is kept until it adds up. */
export class PointerDevice {
  readonly #connection: X11Connection;
  readonly #xtest: XTest;
  readonly #held = new Set<number>();
  readonly #remainders = { x: 0, y: 0 };

  constructor(connection: X11Connection, xtest: XTest) {
    this.#connection = connection;
    this.#xtest = xtest;
  }

  move(x: number, y: number): void {
    this.#xtest.fakeMotion(this.#connection.display, ANY_SCREEN, x, y, 0);
  }

  position(): { x: number; y: number } {
    const [root, child] = [new BigUint64Array(1), new BigUint64Array(1)];
    const [rootX, rootY, x, y] = [new Int32Array(1), new Int32Array(1), new Int32Array(1), new Int32Array(1)];
    const mask = new Uint32Array(1);
    const { xlib, display } = this.#connection;
    xlib.queryPointer(display, this.#connection.root, root, child, rootX, rootY, x, y, mask);
    this.#connection.assertAlive();
    return { x: rootX[0] ?? 0, y: rootY[0] ?? 0 };
  }

  press(button: number, isDown: boolean): void {
    const xButton = BUTTONS[button];
    if (xButton === undefined) throw new MachineError("failed", `There is no mouse button ${button}.`);
    // Releasing what is not held from here would end the customer's own drag.
    if (isDown === this.#held.has(xButton)) return;
    if (isDown) this.#held.add(xButton);
    else this.#held.delete(xButton);
    this.#xtest.fakeButton(this.#connection.display, xButton, isDown ? 1 : 0, 0);
  }

  scroll(deltaX: number, deltaY: number): void {
    this.#turn(this.#notches("y", deltaY), WHEEL_UP, WHEEL_DOWN);
    this.#turn(this.#notches("x", deltaX), WHEEL_LEFT, WHEEL_RIGHT);
  }

  releaseAll(): void {
    for (const button of this.#held) this.#xtest.fakeButton(this.#connection.display, button, 0, 0);
    this.#held.clear();
  }

  /** Whole notches; the rest is kept. */
  #notches(axis: "x" | "y", delta: number): number {
    if (delta === 0) return 0;
    const notch = delta % LINUX_NOTCH_PIXELS === 0 ? LINUX_NOTCH_PIXELS : NOTCH_PIXELS;
    // What was left of the other direction is forgotten: the finger has turned round.
    const kept = Math.sign(this.#remainders[axis]) === Math.sign(delta) ? this.#remainders[axis] : 0;
    const sum = kept + delta / notch;
    // A sum of fractions may fall short of a whole one by a rounding.
    const ROUNDING = 1e-6;
    const whole = Math.trunc(sum + Math.sign(sum) * ROUNDING);
    this.#remainders[axis] = sum - whole;
    return Math.max(-NOTCHES_MAX, Math.min(NOTCHES_MAX, whole));
  }

  #turn(notches: number, backwards: number, forwards: number): void {
    const button = notches < 0 ? backwards : forwards;
    for (let turned = 0; turned < Math.abs(notches); turned++) {
      this.#xtest.fakeButton(this.#connection.display, button, 1, 0);
      this.#xtest.fakeButton(this.#connection.display, button, 0, 0);
    }
  }
}
