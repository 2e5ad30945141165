import { EVDEV_TO_X, evdevKeys } from "../keys/evdev-keys";
import type { X11Connection } from "./x11/connection";
import type { XTest } from "./x11/xlib";

const KEYMAP_BYTES = 32;
/** XKeyboardState: its size, and where `auto_repeats` is in it. */
const KEYBOARD_STATE_BYTES = 64;
const AUTO_REPEATS_OFFSET = 28;
/** XKeyboardControl: `key` and `auto_repeat_mode` are its last two ints; KBKey | KBAutoRepeatMode. */
const KEYBOARD_CONTROL_INTS = 8;
const KEY_AND_AUTO_REPEAT = (1 << 6) | (1 << 7);

/**
 * The physical keys, pressed by their place. What they mean is up to the customer's layout.
 *
 * A key that is held repeats by the operator's keyboard alone: the server's own repetition is switched off for that key as long as it
 * is held, or a late "up" would type it again and again.
 */
export class Keyboard {
  readonly #connection: X11Connection;
  readonly #xtest: XTest;
  readonly #held = new Set<number>();
  /** Hears of every event before it is injected. */
  beforeInject: ((keycode: number, isDown: boolean) => void) | null = null;
  /** The bit of each key that repeats on this machine; modifiers and locks do not. */
  #autoRepeats: Buffer;

  constructor(connection: X11Connection, xtest: XTest) {
    this.#connection = connection;
    this.#xtest = xtest;
    this.#autoRepeats = this.#readAutoRepeats();
  }

  /** The key's code on the X server, or undefined for a key that it does not know. */
  static keycodeOf(code: string): number | undefined {
    const evdev = evdevKeys.get(code);
    const HIGHEST = 255;
    if (evdev === undefined || evdev + EVDEV_TO_X > HIGHEST) return undefined;
    return evdev + EVDEV_TO_X;
  }

  press(keycode: number): void {
    if (!this.#held.has(keycode)) {
      this.#held.add(keycode);
      if (this.#repeats(keycode)) this.#setAutoRepeat(keycode, false);
      this.inject(keycode, true);
      return;
    }
    if (!this.#repeats(keycode)) return;
    // What a repetition looks like to programs.
    this.inject(keycode, false);
    this.inject(keycode, true);
  }

  /** Does nothing to a key that is not held from here: the customer may hold it. */
  release(keycode: number): void {
    if (!this.#held.delete(keycode)) return;
    this.inject(keycode, false);
    if (this.#repeats(keycode)) this.#setAutoRepeat(keycode, true);
  }

  releaseAll(): void {
    for (const keycode of [...this.#held]) this.release(keycode);
  }

  /** Whether it is held from here. */
  holds(keycode: number): boolean {
    return this.#held.has(keycode);
  }

  /** One event, without a record of it. */
  inject(keycode: number, isDown: boolean): void {
    this.beforeInject?.(keycode, isDown);
    this.#xtest.fakeKey(this.#connection.display, keycode, isDown ? 1 : 0, 0);
  }

  /** The keys that are down, whoever holds them, a bit each. */
  keysDown(): Buffer {
    const keys = Buffer.alloc(KEYMAP_BYTES);
    this.#connection.xlib.queryKeymap(this.#connection.display, keys);
    return keys;
  }

  /** The keys that repeat while the customer holds them. */
  get repeatingKeycodes(): number[] {
    return Array.from({ length: KEYMAP_BYTES * 8 }, (_, keycode) => keycode).filter((one) =>
      this.#repeats(one),
    );
  }

  /** To be called when the mapping has changed. */
  refresh(): void {
    const repeats = this.#readAutoRepeats();
    // Those that are held are switched off from here.
    for (const keycode of this.#held) setBit(repeats, keycode, hasBit(this.#autoRepeats, keycode));
    this.#autoRepeats = repeats;
  }

  #repeats(keycode: number): boolean {
    return hasBit(this.#autoRepeats, keycode);
  }

  #setAutoRepeat(keycode: number, isOn: boolean): void {
    const values = new Int32Array(KEYBOARD_CONTROL_INTS);
    values[KEYBOARD_CONTROL_INTS - 2] = keycode;
    values[KEYBOARD_CONTROL_INTS - 1] = isOn ? 1 : 0;
    this.#connection.xlib.changeKeyboardControl(this.#connection.display, KEY_AND_AUTO_REPEAT, values);
  }

  #readAutoRepeats(): Buffer {
    const state = Buffer.alloc(KEYBOARD_STATE_BYTES);
    this.#connection.xlib.getKeyboardControl(this.#connection.display, state);
    return state.subarray(AUTO_REPEATS_OFFSET, AUTO_REPEATS_OFFSET + KEYMAP_BYTES);
  }
}

/** Whether a key's bit is set, in the order of XQueryKeymap. */
export function hasBit(bits: Buffer, keycode: number): boolean {
  return ((bits[keycode >> 3] ?? 0) & (1 << (keycode & 7))) !== 0;
}

function setBit(bits: Buffer, keycode: number, isSet: boolean): void {
  const bit = 1 << (keycode & 7);
  const byte = bits[keycode >> 3] ?? 0;
  bits[keycode >> 3] = isSet ? byte | bit : byte & ~bit;
}
