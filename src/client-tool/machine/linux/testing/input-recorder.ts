import { X11Connection, type XEvent } from "../x11/connection";
import { loadLibrary, type Pointer } from "../x11/xlib";

/** Keys, buttons, moves. */
const EVENT_MASK = (1 << 0) | (1 << 1) | (1 << 2) | (1 << 3) | (1 << 6);
const EVENT_NAMES: Readonly<Record<number, RecordedInput["type"]>> = {
  2: "keyDown",
  3: "keyUp",
  4: "buttonDown",
  5: "buttonUp",
  6: "move",
};

export interface RecordedInput {
  type: "keyDown" | "keyUp" | "buttonDown" | "buttonUp" | "move";
  /** Key code or button; 0 for moves. */
  detail: number;
  x: number;
  y: number;
  /** Of a key: what the layout makes of it, without modifiers and with Shift. */
  keysyms: readonly [number, number];
}

/** A program of a test's own whose window covers the screen and which writes down all input that reaches it. */
export class InputRecorder {
  readonly #connection: X11Connection;
  readonly #lookupKeysym: (event: XEvent, index: number) => number;

  constructor(displayName: string, width: number, height: number) {
    const lib = loadLibrary("libX11.so.6");
    this.#lookupKeysym = lib.func("ulong XLookupKeysym(void *event, int index)");
    const mapWindow: (display: Pointer, window: number) => number = lib.func(
      "int XMapWindow(void *display, ulong window)",
    );
    this.#connection = X11Connection.open(displayName);
    const { xlib, display, root } = this.#connection;
    const window = xlib.createSimpleWindow(display, root, 0, 0, width, height, 0, 0, 0);
    xlib.selectInput(display, window, EVENT_MASK);
    mapWindow(display, window);
    this.#connection.sync();
  }

  /** What has arrived since the last time. Whatever was sent before is here: the X server keeps the order. */
  take(): RecordedInput[] {
    this.#connection.sync();
    return [...this.#connection.events()].flatMap((event) => {
      const type = EVENT_NAMES[event.readInt32LE(0)];
      if (type === undefined) return [];
      const isKey = type === "keyDown" || type === "keyUp";
      const keysyms = isKey ? ([this.#keysym(event, 0), this.#keysym(event, 1)] as const) : ([0, 0] as const);
      const detail = type === "move" ? 0 : event.readUInt32LE(84);
      return [{ type, detail, x: event.readInt32LE(72), y: event.readInt32LE(76), keysyms }];
    });
  }

  close(): void {
    this.#connection.close();
  }

  #keysym(event: XEvent, index: number): number {
    return this.#lookupKeysym(event, index);
  }
}
