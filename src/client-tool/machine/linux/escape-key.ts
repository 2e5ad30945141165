import koffi from "koffi";
import { hasBit, type Keyboard } from "./keyboard";
import { X11Connection, type XEvent } from "./x11/connection";
import { loadLibrary, type Pointer } from "./x11/xlib";

/** Esc's place on the keyboard, whatever the layout makes of it. */
const ESCAPE_KEYCODE = 9;
const GENERIC_EVENT = 35;
const [RAW_KEY_PRESS, RAW_KEY_RELEASE, RAW_MOTION] = [13, 14, 17];
const ALL_MASTER_DEVICES = 1;
/** XIRawEvent, as far as it is read: which key. */
const [RAW_EVENT_BYTES, DETAIL_OFFSET] = [64, 56];
/** XGenericEventCookie: which event, and where its data is. */
const [COOKIE_EVTYPE_OFFSET, COOKIE_DATA_OFFSET] = [36, 48];
/** Of more presses than anybody makes between two looks the rest is dropped. */
const CHANGES_MAX = 16;
/** An injected change that the server has not told by then it has left out: the key was that way already. */
const RETURN_LIMIT_MS = 1_000;
/** Nobody has looked for so long: the server need not tell of keys any more. */
const UNWATCHED_AFTER_MS = 2_000;

interface XInput {
  queryVersion(display: Pointer, major: Int32Array, minor: Int32Array): number;
  selectEvents(
    display: Pointer,
    window: number,
    mask: { deviceid: number; mask_len: number; mask: Uint8Array },
    count: number,
  ): number;
  getEventData(display: Pointer, event: XEvent): number;
  freeEventData(display: Pointer, event: XEvent): void;
}

interface Watch {
  connection: X11Connection;
  input: XInput;
  /** What the server tells of from then on; it is not waited for. */
  select: (types: readonly number[]) => void;
}

const EventMask = koffi.struct({ deviceid: "int", mask_len: "int", mask: "uint8_t *" });

/**
 * Esc in the customer's hand. A tap is shorter than the time between two looks: the server tells every change (XInput 2.1 raw events),
 * and each look takes the next one. Without XInput it is what the server says at the moment.
 *
 * While nothing happens nobody has to look at all: see {@link await}.
 */
export class EscapeKey {
  readonly #keyboard: Keyboard;
  readonly #watch: Watch | null;
  /** What was injected and has not come back yet: these changes are not the customer's. */
  #injected: { isDown: boolean; atMs: number }[] = [];
  #changes: boolean[] = [];
  #isDown = false;
  /** Runs while somebody looks. */
  #unwatched: NodeJS.Timeout | null = null;
  /** Of somebody who waits instead. */
  #onInput: (() => void) | null = null;
  /** Whether the server tells of keys. */
  #areKeysTold = false;

  constructor(displayName: string, keyboard: Keyboard) {
    this.#keyboard = keyboard;
    this.#watch = openWatch(displayName);
    if (this.#watch === null) return;
    keyboard.beforeInject = (keycode, isDown) => {
      const isTold = keycode === ESCAPE_KEYCODE && this.#areKeysTold;
      if (isTold) this.#injected.push({ isDown, atMs: performance.now() });
    };
  }

  /** Whether the customer holds it down, or did for a moment since the last look. */
  isDown(): boolean {
    const isHeldHere = this.#keyboard.holds(ESCAPE_KEYCODE);
    if (this.#watch === null) return !isHeldHere && this.#isDownNow();
    this.#keepWatching(this.#watch);
    this.#takeChanges(this.#watch);
    const next = this.#changes.shift();
    if (next !== undefined) this.#isDown = next;
    // A release that was not told must not last.
    else if (this.#isDown && !this.#isDownNow()) this.#isDown = false;
    return this.#isDown;
  }

  /**
   * Calls back, once, when Esc or the mouse is touched; the mouse by whomever, so that it has to be looked who it was. Costs nothing until
   * then. With null nobody waits any more.
   *
   * @returns false where the server cannot tell
   */
  await(onInput: (() => void) | null): boolean {
    const watch = this.#watch;
    if (watch === null || !watch.connection.isAlive) return false;
    if (onInput === null && this.#onInput === null) return true;
    const wasAwaited = this.#onInput !== null;
    this.#onInput = onInput;
    if (wasAwaited && onInput !== null) return true;
    this.#tellKeys(watch);
    if (onInput === null) {
      watch.connection.stopPump();
      watch.connection.flush();
      return true;
    }
    watch.connection.ignoreErrors();
    watch.connection.pump(() => this.#takeChanges(watch));
    return true;
  }

  close(): void {
    if (this.#unwatched !== null) clearTimeout(this.#unwatched);
    this.#onInput = null;
    this.#watch?.connection.close();
  }

  /** Keys are told of only while somebody looks or waits. */
  #keepWatching(watch: Watch): void {
    if (this.#unwatched !== null) {
      this.#unwatched.refresh();
      return;
    }
    this.#unwatched = setTimeout(() => {
      this.#unwatched = null;
      if (watch.connection.isAlive && this.#onInput === null) this.#tellKeys(watch);
    }, UNWATCHED_AFTER_MS);
    this.#unwatched.unref();
    this.#tellKeys(watch);
    watch.connection.ignoreErrors();
  }

  #tellKeys(watch: Watch): void {
    const isWaiting = this.#onInput !== null;
    const areKeysTold = isWaiting || this.#unwatched !== null;
    watch.select([
      ...(areKeysTold ? [RAW_KEY_PRESS, RAW_KEY_RELEASE] : []),
      ...(isWaiting ? [RAW_MOTION] : []),
    ]);
    if (areKeysTold === this.#areKeysTold) return;
    this.#areKeysTold = areKeysTold;
    if (areKeysTold) {
      // What it was before anybody told.
      this.#isDown = !this.#keyboard.holds(ESCAPE_KEYCODE) && this.#isDownNow();
      return;
    }
    watch.connection.ignoreErrors();
    this.#takeChanges(watch);
    this.#changes = [];
    this.#injected = [];
    this.#isDown = false;
  }

  #isDownNow(): boolean {
    return hasBit(this.#keyboard.keysDown(), ESCAPE_KEYCODE);
  }

  #takeChanges({ connection, input }: Watch): void {
    let hasMoved = false;
    for (const event of connection.events()) {
      if (event.readInt32LE(0) !== GENERIC_EVENT) continue;
      const type = event.readInt32LE(COOKIE_EVTYPE_OFFSET);
      if (type === RAW_MOTION) {
        hasMoved = true;
        continue;
      }
      if (input.getEventData(connection.display, event) === 0) continue;
      const raw = Buffer.from(koffi.view(event.readBigUInt64LE(COOKIE_DATA_OFFSET), RAW_EVENT_BYTES));
      const isEscape = raw.readInt32LE(DETAIL_OFFSET) === ESCAPE_KEYCODE;
      input.freeEventData(connection.display, event);
      if (isEscape) this.#noteChange(type === RAW_KEY_PRESS);
    }
    if (hasMoved || this.#changes.length > 0 || !connection.isAlive) this.#tellInput(connection);
  }

  /** Whoever waits looks now, but not in the middle of a look. */
  #tellInput(connection: X11Connection): void {
    const onInput = this.#onInput;
    if (onInput === null) return;
    this.#onInput = null;
    connection.stopPump();
    setImmediate(onInput);
  }

  #noteChange(isDown: boolean): void {
    const now = performance.now();
    this.#injected = this.#injected.filter(({ atMs }) => now - atMs < RETURN_LIMIT_MS);
    if (this.#injected[0]?.isDown === isDown) {
      this.#injected.shift();
      return;
    }
    const isRepetition = (this.#changes.at(-1) ?? this.#isDown) === isDown;
    if (!isRepetition && this.#changes.length < CHANGES_MAX) this.#changes.push(isDown);
  }
}

/** @returns null where the server or the library knows no XInput 2.1 */
function openWatch(displayName: string): Watch | null {
  const input = loadXInput();
  if (input === null) return null;
  const connection = X11Connection.open(displayName);
  const { display, root } = connection;
  const [major, minor] = [Int32Array.of(2), Int32Array.of(1)];
  const isKnown =
    connection.hasExtension("XInputExtension") && input.queryVersion(display, major, minor) === 0;
  if (!isKnown || (major[0] === 2 && (minor[0] ?? 0) < 1)) {
    connection.close();
    return null;
  }
  const select = (types: readonly number[]): void => {
    const mask = Uint8Array.of(0, 0, 0, 0);
    for (const type of types) mask[type >> 3] = (mask[type >> 3] ?? 0) | (1 << (type & 7));
    input.selectEvents(display, root, { deviceid: ALL_MASTER_DEVICES, mask_len: mask.length, mask }, 1);
  };
  return { connection, input, select };
}

function loadXInput(): XInput | null {
  try {
    const [input, x11] = [loadLibrary("libXi.so.6"), loadLibrary("libX11.so.6")];
    return {
      queryVersion: input.func("int XIQueryVersion(void *display, void *major, void *minor)"),
      selectEvents: input.func("XISelectEvents", "int", ["void *", "ulong", koffi.pointer(EventMask), "int"]),
      getEventData: x11.func("int XGetEventData(void *display, void *event)"),
      freeEventData: x11.func("void XFreeEventData(void *display, void *event)"),
    };
  } catch {
    return null;
  }
}
