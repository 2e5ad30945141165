import koffi from "koffi";
import { hasBit, type Keyboard } from "./keyboard";
import { CORE_KEYBOARD, KeyboardLayout, SHIFT_MASK, type Stroke } from "./keyboard-layout";
import { keysymOf } from "./keysyms";
import type { X11Connection } from "./x11/connection";

/** XkbNewKeyboardNotify | XkbMapNotify. */
const KEYBOARD_CHANGES = 0b11;
/** XkbStateRec: its size, and where the effective group and the locked modifiers are. */
const STATE_BYTES = 18;
const GROUP_OFFSET = 0;
const LOCKED_MODIFIERS_OFFSET = 9;
/** Both levels mean the same: a single letter would be taken for a pair of small and capital, and come out small. */
const LEVELS_PER_BORROWED_KEY = 2;
const NO_SYMBOL = 0;

/** Text that can be typed at once. */
export interface PreparedText {
  /** How many characters; what is left has to wait until the program in front has caught up and `reuseKeys` was called. */
  readonly count: number;
  /** Whether a key means something else than before. */
  readonly hasNewMeanings: boolean;
  readonly strokes: readonly Stroke[];
}

/**
 * Types characters. Those that the customer's layout has are typed by its keys; for others keys that mean nothing are borrowed, which
 * means the character until it is given back.
 *
 * Programs look a key's meaning up when they get to its event, not when it was pressed. So a borrowed key keeps its meaning until the
 * program in front has caught up; new characters take further keys meanwhile.
 */
export class TextTypist {
  readonly #connection: X11Connection;
  readonly #keyboard: Keyboard;
  #layout: KeyboardLayout;
  /** Code point → the borrowed key that means it for now. */
  readonly #keycodes = new Map<number, number>();
  /** Keys that may be given a meaning now, the next one first. */
  #free: number[];
  /** Borrowed key → the keysym that it has been given; the one that was of use last comes last. */
  readonly #lent = new Map<number, number>();
  /** Hears which keys are borrowed; of further ones before they are. */
  onBorrowed: ((keycodes: readonly number[]) => void) | null = null;

  constructor(connection: X11Connection, keyboard: Keyboard) {
    this.#connection = connection;
    this.#keyboard = keyboard;
    connection.xlib.xkbSelectEvents(connection.display, CORE_KEYBOARD, KEYBOARD_CHANGES, KEYBOARD_CHANGES);
    this.#layout = new KeyboardLayout(connection);
    this.#free = [...this.#layout.unusedKeycodes];
  }

  /** Whether keys are borrowed just now. */
  get hasBorrowed(): boolean {
    return this.#lent.size > 0;
  }

  /**
   * Makes ready to type as many of the characters as there are keys for. Where keys get new meanings, programs have heard of them by the
   * time that this returns; not every one has looked at what it has heard.
   */
  prepare(codePoints: readonly number[]): PreparedText {
    this.noticeChange();
    const { group } = this.#state();
    const strokes: Stroke[] = [];
    const meanings = new Map<number, number>();
    let count = 0;
    for (const codePoint of codePoints) {
      const stroke = this.#layout.strokeFor(codePoint, group) ?? this.#borrow(codePoint, meanings);
      if (stroke !== undefined) strokes.push(stroke);
      // A layout that uses every key leaves no way to type the others.
      else if (this.#layout.unusedKeycodes.length > 0) break;
      count += 1;
    }
    if (meanings.size > 0) this.onBorrowed?.([...this.#lent.keys()]);
    this.#setMeanings(meanings);
    return { count, hasNewMeanings: meanings.size > 0, strokes };
  }

  /** Types what was prepared last. */
  type({ strokes }: PreparedText): void {
    this.#strike(strokes, this.#state().lockedModifiers);
  }

  /**
   * The program in front has caught up: borrowed keys may take other meanings. Those that have been of no use for longest come first, so
   * that a program which was only thought to have caught up still finds what it was sent last.
   */
  reuseKeys(): void {
    const lent = [...this.#lent.keys()];
    this.#free = [...this.#layout.unusedKeycodes.filter((keycode) => !this.#lent.has(keycode)), ...lent];
  }

  /** Gives the borrowed keys back, unless somebody else has given them a meaning meanwhile. */
  giveBack(): void {
    const ours = [...this.#lent].filter(([keycode, symbol]) => this.#meaningOf(keycode) === symbol);
    this.#setMeanings(new Map(ours.map(([keycode]) => [keycode, NO_SYMBOL])));
    if (this.#lent.size > 0) this.onBorrowed?.([]);
    this.#lent.clear();
    this.#keycodes.clear();
    this.reuseKeys();
  }

  /** Reads the keyboard again if the customer has changed its layout. */
  noticeChange(): void {
    if ([...this.#connection.events()].length === 0) return;
    // The program in front may still have to look up what it was sent; a new layout takes the meanings away by itself.
    for (const [keycode, symbol] of this.#lent)
      if (this.#meaningOf(keycode) !== symbol) this.#lent.delete(keycode);
    for (const [codePoint, keycode] of this.#keycodes)
      if (!this.#lent.has(keycode)) this.#keycodes.delete(codePoint);
    this.#layout = new KeyboardLayout(this.#connection, new Set(this.#lent.keys()));
    this.onBorrowed?.([...this.#lent.keys()]);
    this.#free = this.#layout.unusedKeycodes.filter((keycode) => !this.#lent.has(keycode));
    this.#keyboard.refresh();
  }

  #state(): { group: number; lockedModifiers: number } {
    const state = Buffer.alloc(STATE_BYTES);
    this.#connection.xlib.xkbGetState(this.#connection.display, CORE_KEYBOARD, state);
    return {
      group: state.readUInt8(GROUP_OFFSET),
      lockedModifiers: state.readUInt8(LOCKED_MODIFIERS_OFFSET),
    };
  }

  /** @returns undefined when no key is free */
  #borrow(codePoint: number, meanings: Map<number, number>): Stroke | undefined {
    const known = this.#keycodes.get(codePoint);
    if (known !== undefined) {
      this.#keep(known, keysymOf(codePoint));
      return { keycode: known, modifiers: 0 };
    }
    const keycode = this.#free[0];
    if (keycode === undefined) return undefined;
    for (const [former, of] of this.#keycodes) if (of === keycode) this.#keycodes.delete(former);
    this.#keycodes.set(codePoint, keycode);
    this.#keep(keycode, keysymOf(codePoint));
    meanings.set(keycode, keysymOf(codePoint));
    return { keycode, modifiers: 0 };
  }

  /** Until the program in front has caught up again; the key has now been of use last. */
  #keep(keycode: number, symbol: number): void {
    this.#free = this.#free.filter((one) => one !== keycode);
    this.#lent.delete(keycode);
    this.#lent.set(keycode, symbol);
  }

  #meaningOf(keycode: number): number {
    const { xlib, display } = this.#connection;
    const perKeycode = new Int32Array(1);
    const mapping = xlib.getKeyboardMapping(display, keycode, 1, perKeycode);
    if (mapping === null) return NO_SYMBOL;
    const symbol = Number(koffi.decode.ulong(mapping));
    xlib.free(mapping);
    return symbol;
  }

  #setMeanings(meanings: ReadonlyMap<number, number>): void {
    if (meanings.size === 0) return;
    const { xlib, display } = this.#connection;
    const symbols = new BigUint64Array(LEVELS_PER_BORROWED_KEY);
    for (const [keycode, symbol] of meanings) {
      symbols.fill(BigInt(symbol));
      xlib.changeKeyboardMapping(display, keycode, LEVELS_PER_BORROWED_KEY, symbols, 1);
    }
    // What the server tells about these changes is taken at once: later news are the customer's.
    this.#connection.sync();
    for (const _event of this.#connection.events());
  }

  /** With exactly the modifiers that each stroke asks for, whatever is held or locked. */
  #strike(strokes: readonly Stroke[], lockedModifiers: number): void {
    const { xlib, display } = this.#connection;
    const keysDown = this.#keyboard.keysDown();
    const held = [...this.#layout.modifierKeycodes].filter((keycode) => hasBit(keysDown, keycode));
    // The number pad is not typed on, so Num Lock may stay as it is.
    const locked = lockedModifiers & ~this.#layout.numLockMask;
    for (const keycode of held) this.#keyboard.inject(keycode, false);
    if (locked !== 0) xlib.xkbLockModifiers(display, CORE_KEYBOARD, locked, 0);
    let modifiers = 0;
    for (const stroke of strokes) {
      this.#setModifiers(modifiers, stroke.modifiers);
      modifiers = stroke.modifiers;
      this.#keyboard.inject(stroke.keycode, true);
      this.#keyboard.inject(stroke.keycode, false);
    }
    this.#setModifiers(modifiers, 0);
    if (locked !== 0) xlib.xkbLockModifiers(display, CORE_KEYBOARD, locked, locked);
    // Those that the customer held are not pressed again: nobody would release them.
    for (const keycode of held) if (this.#keyboard.holds(keycode)) this.#keyboard.inject(keycode, true);
  }

  #setModifiers(current: number, wanted: number): void {
    const { shiftKeycode, level3Keycode, level3Mask } = this.#layout;
    const changed = current ^ wanted;
    if (changed & SHIFT_MASK) this.#keyboard.inject(shiftKeycode, (wanted & SHIFT_MASK) !== 0);
    if (level3Keycode !== undefined && changed & level3Mask) {
      this.#keyboard.inject(level3Keycode, (wanted & level3Mask) !== 0);
    }
  }
}
