import koffi from "koffi";
import { MachineError } from "../machine";
import { characterOf, keysym } from "./keysyms";
import type { X11Connection } from "./x11/connection";

/** XkbUseCoreKbd: the keyboard that programs see, whichever device it stands for. */
export const CORE_KEYBOARD = 0x100;
export const SHIFT_MASK = 1;
const LOCK_MASK = 2;
/** XkbKeyTypesMask | XkbKeySymsMask | XkbModifierMapMask: what translating takes. */
const MAP_PARTS = 0b111;
const GROUP_SHIFT = 13;

/** How a character is typed: a key, with these modifiers held. */
export interface Stroke {
  keycode: number;
  /** Of SHIFT_MASK and `level3Mask`. */
  modifiers: number;
}

/** What the keyboard's keys mean at the moment it is read, in all groups (layouts that the customer switches between). */
export class KeyboardLayout {
  readonly firstKeycode: number;
  readonly lastKeycode: number;
  /** Keys that mean nothing in any group. */
  readonly unusedKeycodes: readonly number[];
  /** Keys that are modifiers while they are held; those that lock (Caps Lock, Num Lock) are not among them. */
  readonly modifierKeycodes: ReadonlySet<number>;
  /** The modifier of AltGr; 0 when the layout has none. */
  readonly level3Mask: number;
  readonly shiftKeycode: number;
  readonly level3Keycode: number | undefined;
  readonly numLockMask: number;
  readonly #strokes: readonly ReadonlyMap<number, Stroke>[];

  /**
   * @param borrowed keys that are no part of the layout, whatever they mean now
   * @throws MachineError when the server tells no mapping
   */
  constructor(connection: X11Connection, borrowed: ReadonlySet<number> = new Set()) {
    const { xlib, display } = connection;
    const [lowest, highest] = [new Int32Array(1), new Int32Array(1)];
    xlib.displayKeycodes(display, lowest, highest);
    this.firstKeycode = lowest[0] ?? 8;
    this.lastKeycode = highest[0] ?? 255;
    this.unusedKeycodes = readUnusedKeycodes(connection, this.firstKeycode, this.lastKeycode, borrowed);
    this.level3Mask = xlib.xkbKeysymToModifiers(display, keysym.level3Shift);
    this.numLockMask = xlib.xkbKeysymToModifiers(display, keysym.numLock);
    this.modifierKeycodes = readModifierKeycodes(connection, LOCK_MASK | this.numLockMask);

    const description = xlib.xkbGetMap(display, MAP_PARTS, CORE_KEYBOARD);
    if (description === null) throw new MachineError("failed", "The X server tells no keyboard mapping.");
    const [consumed, symbol] = [new Uint32Array(1), new BigUint64Array(1)];
    const symbolAt = (keycode: number, modifiers: number, group: number): number => {
      xlib.xkbTranslateKeyCode(description, keycode, modifiers | (group << GROUP_SHIFT), consumed, symbol);
      return Number(symbol[0]);
    };
    const find = (wanted: number): number | undefined => {
      for (let keycode = this.firstKeycode; keycode <= this.lastKeycode; keycode++) {
        if (symbolAt(keycode, 0, 0) === wanted) return keycode;
      }
      return undefined;
    };
    this.shiftKeycode = find(keysym.shiftLeft) ?? 50;
    this.level3Keycode = this.level3Mask === 0 ? undefined : find(keysym.level3Shift);

    const levels =
      this.level3Keycode === undefined
        ? [0, SHIFT_MASK]
        : [0, SHIFT_MASK, this.level3Mask, SHIFT_MASK | this.level3Mask];
    const groups = [0, 1, 2, 3];
    this.#strokes = groups.map((group) => {
      const strokes = new Map<number, Stroke>();
      for (const modifiers of levels) {
        for (let keycode = this.firstKeycode; keycode <= this.lastKeycode; keycode++) {
          if (borrowed.has(keycode)) continue;
          const character = characterOf(symbolAt(keycode, modifiers, group));
          if (character !== undefined && !strokes.has(character))
            strokes.set(character, { keycode, modifiers });
        }
      }
      return strokes;
    });
    xlib.xkbFreeKeyboard(description, 0, 1);
  }

  /** How the layout itself types a character in this group, or undefined when it cannot. */
  strokeFor(codePoint: number, group: number): Stroke | undefined {
    return this.#strokes[group]?.get(codePoint);
  }
}

function readUnusedKeycodes(
  connection: X11Connection,
  first: number,
  last: number,
  borrowed: ReadonlySet<number>,
): number[] {
  const { xlib, display } = connection;
  const count = last - first + 1;
  const perKeycode = new Int32Array(1);
  const mapping = xlib.getKeyboardMapping(display, first, count, perKeycode);
  const width = perKeycode[0] ?? 0;
  if (mapping === null || width === 0) return [];
  const symbols = new BigUint64Array(koffi.view(mapping, count * width * 8));
  const unused = Array.from({ length: count }, (_, index) => index).filter(
    (index) =>
      borrowed.has(first + index) ||
      symbols.subarray(index * width, (index + 1) * width).every((symbol) => symbol === 0n),
  );
  xlib.free(mapping);
  return unused.map((index) => first + index);
}

/** @param lockMask the modifiers that are left out */
function readModifierKeycodes(connection: X11Connection, lockMask: number): Set<number> {
  const { xlib, display } = connection;
  const mapping = xlib.getModifierMapping(display);
  if (mapping === null) return new Set();
  // XModifierKeymap: how many keys each of the eight modifiers has, then where they are.
  const MODIFIERS = 8;
  const perModifier = koffi.decode.int(mapping);
  const keycodes = koffi.decode(mapping, 8, "void *");
  const keys = new Uint8Array(koffi.view(keycodes, perModifier * MODIFIERS)).slice();
  xlib.freeModifierMapping(mapping);
  const isHeldOne = (index: number): boolean => (lockMask & (1 << Math.floor(index / perModifier))) === 0;
  return new Set(keys.filter((keycode, index) => keycode !== 0 && isHeldOne(index)));
}
