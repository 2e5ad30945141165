import koffi, { type node } from "koffi";
import { MachineError } from "../../machine";
import {
  loadXlib,
  type Pointer,
  registerErrorHandler,
  registerIoErrorExitHandler,
  registerIoErrorHandler,
  type Xid,
  type Xlib,
} from "./xlib";

/** `XEvent` is a union of this size. */
const EVENT_BYTES = 192;
const EVENT_LONGS = EVENT_BYTES / 8;
/** Property data is asked for in pieces of so many 32-bit units. */
const PROPERTY_PIECE_LONGS = 65_536;
const ANY_PROPERTY_TYPE = 0;

/** An event's memory; what the offsets mean is in `XEvent`'s members (Xlib.h). */
export type XEvent = Buffer;

export interface XProperty {
  type: Xid;
  /** 8, 16 or 32 bits an item; items of 32 bits take 8 bytes each. */
  format: number;
  data: Buffer;
}

/** Displays whose server has gone, by their address. */
const lostDisplays = new Set<Pointer>();
/** The last error that the server reported for each display. */
const lastErrors = new Map<Pointer, string>();
let ioErrorExitHandler: Pointer | null = null;

/**
 * One connection to the X server. An error that the server reports does not end the process, as Xlib would have it; nor does a
 * server that has gone, where Xlib is new enough (1.7) to let the program go on: with an older one the process exits in good order.
 */
export class X11Connection {
  readonly xlib: Xlib;
  readonly root: Xid;
  readonly #display: Pointer;
  readonly #atoms = new Map<string, Xid>();
  #pump: node.PollHandle | null = null;
  #closed = false;

  /**
   * @param displayName as DISPLAY has it: `:0`
   * @throws MachineError `failed` without the library, `no_display` when the server does not answer
   */
  static open(displayName: string): X11Connection {
    const xlib = loadXlib();
    installErrorHandlers(xlib);
    const display = xlib.openDisplay(displayName);
    if (display === null) {
      throw new MachineError("no_display", `The X server ${displayName} does not answer.`);
    }
    lostDisplays.delete(display);
    if (ioErrorExitHandler !== null) xlib.setIoErrorExitHandler?.(display, ioErrorExitHandler, null);
    return new X11Connection(xlib, display);
  }

  private constructor(xlib: Xlib, display: Pointer) {
    this.xlib = xlib;
    this.#display = display;
    this.root = xlib.defaultRootWindow(display);
  }

  /**
   * What Xlib's functions are called with. They are safe to call when the server has gone, but not after the connection was closed.
   *
   * @throws MachineError when it is closed
   */
  get display(): Pointer {
    if (this.#closed) throw new MachineError("no_display", "The connection to the X server is closed.");
    return this.#display;
  }

  /** Whether the server is still there, as far as has been noticed. */
  get isAlive(): boolean {
    return !this.#closed && !lostDisplays.has(this.#display);
  }

  /** @throws MachineError when the server has gone or the connection is closed */
  assertAlive(): void {
    if (lostDisplays.has(this.display)) throw new MachineError("no_display", "The X server has gone.");
  }

  atom(name: string): Xid {
    const known = this.#atoms.get(name);
    if (known !== undefined) return known;
    const atom = this.xlib.internAtom(this.display, name, 0);
    this.#atoms.set(name, atom);
    return atom;
  }

  atomName(atom: Xid): string {
    const name = this.xlib.getAtomName(this.display, atom);
    if (name === null) return "";
    const text = koffi.decode.string(name);
    this.xlib.free(name);
    return text;
  }

  hasExtension(name: string): boolean {
    const [opcode, event, error] = [new Int32Array(1), new Int32Array(1), new Int32Array(1)];
    return this.xlib.queryExtension(this.display, name, opcode, event, error) !== 0;
  }

  flush(): void {
    this.xlib.flush(this.display);
  }

  /**
   * Waits until the server has done everything.
   *
   * @throws MachineError with what the server has refused since the last time, or when it has gone
   */
  sync(): void {
    this.assertAlive();
    this.xlib.sync(this.display, 0);
    this.assertAlive();
    const error = lastErrors.get(this.display);
    lastErrors.delete(this.display);
    if (error !== undefined) throw new MachineError("failed", error);
  }

  /** Forgets what the server has refused: for requests about other programs' windows, which may go at any time. */
  ignoreErrors(): void {
    if (this.isAlive) this.xlib.sync(this.display, 0);
    lastErrors.delete(this.#display);
  }

  /** Takes every event that has arrived. */
  *events(): Generator<XEvent> {
    while (this.isAlive && this.xlib.pending(this.display) > 0) {
      const event = Buffer.alloc(EVENT_BYTES);
      this.xlib.nextEvent(this.display, event);
      if (this.isAlive) yield event;
    }
  }

  /**
   * Calls back whenever there may be events, at first and until stopped; costs nothing in between. Sending requests and waiting for
   * answers reads events as well, so whoever does that while pumping looks for events afterwards.
   */
  pump(onReadable: () => void): void {
    this.stopPump();
    const look = (): void => {
      if (this.#pump !== pump) return;
      // Reading notices a server that has gone; polling on would call without end.
      if (this.isAlive) this.xlib.pending(this.display);
      if (!this.isAlive) this.stopPump();
      onReadable();
    };
    // koffi calls from outside of Node's own callbacks, after which no promise would go on: an immediate is one of them.
    const later = (): void => void setImmediate(look);
    const descriptor = this.xlib.connectionNumber(this.display);
    const pump = koffi.node.poll(descriptor, { readable: true, disconnect: true }, later);
    this.#pump = pump;
    later();
  }

  stopPump(): void {
    this.#pump?.stop();
    this.#pump?.close();
    this.#pump = null;
  }

  /** @returns null when the window has no such property, or is no more */
  property(
    window: Xid,
    property: Xid,
    options: { isDeleted?: boolean; maxBytes?: number } = {},
  ): XProperty | null {
    const maxBytes = options.maxBytes ?? Number.POSITIVE_INFINITY;
    const [type, items, after, address] = [
      new BigUint64Array(1),
      new BigUint64Array(1),
      new BigUint64Array(1),
      new BigUint64Array(1),
    ];
    const format = new Int32Array(1);
    const pieces: Buffer[] = [];
    let [offset, bytes] = [0, 0];
    do {
      const isDeleted = options.isDeleted === true ? 1 : 0;
      const status = this.xlib.getWindowProperty(
        this.display,
        window,
        property,
        offset,
        PROPERTY_PIECE_LONGS,
        isDeleted,
        ANY_PROPERTY_TYPE,
        type,
        format,
        items,
        after,
        address,
      );
      if (status !== 0 || type[0] === 0n) return null;
      const length = Number(items[0]) * itemBytes(format[0] ?? 8);
      const data = address[0] ?? 0n;
      if (data !== 0n) {
        // A copy: Xlib's memory is freed.
        if (length > 0) pieces.push(Buffer.from(new Uint8Array(koffi.view(data, length)).slice()));
        this.xlib.free(data);
      }
      offset += PROPERTY_PIECE_LONGS;
      bytes += length;
    } while (after[0] !== 0n && bytes < maxBytes);
    return { type: Number(type[0]), format: format[0] ?? 8, data: Buffer.concat(pieces) };
  }

  setProperty(window: Xid, property: Xid, type: Xid, format: 8 | 32, data: Buffer): void {
    const items = data.length / itemBytes(format);
    const REPLACE = 0;
    this.xlib.changeProperty(this.display, window, property, type, format, REPLACE, data, items);
  }

  /** Sends a ClientMessage of up to five 32-bit numbers about a window to it, or to those who asked for `mask` at `target`. */
  sendClientMessage(
    target: Xid,
    mask: number,
    window: Xid,
    type: Xid,
    values: readonly (number | bigint)[],
  ): void {
    const CLIENT_MESSAGE = 33;
    const longs = new BigUint64Array(EVENT_LONGS);
    longs[0] = BigInt(CLIENT_MESSAGE);
    longs[4] = BigInt(window);
    longs[5] = BigInt(type);
    longs[6] = 32n;
    values.forEach((value, index) => {
      longs[7 + index] = BigInt(value);
    });
    this.xlib.sendEvent(this.display, target, 0, mask, longs);
  }

  /** Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.stopPump();
    // Xlib's own closing talks to the server once more; one that has gone is left alone.
    if (!lostDisplays.has(this.display)) this.xlib.closeDisplay(this.display);
    this.#closed = true;
    lastErrors.delete(this.#display);
  }
}

/** Xlib keeps items of 32 bits as C longs. */
function itemBytes(format: number): number {
  return format === 32 ? 8 : format / 8;
}

/** Items of 32 bits, as `XProperty.data` has them. */
export function readXids(data: Buffer): Xid[] {
  return Array.from({ length: Math.floor(data.length / 8) }, (_, index) => data.readUInt32LE(index * 8));
}

let areHandlersInstalled = false;

/** Once for all connections: Xlib has one handler of each kind in a process. */
function installErrorHandlers(xlib: Xlib): void {
  if (areHandlersInstalled) return;
  areHandlersInstalled = true;
  xlib.setErrorHandler(
    registerErrorHandler((display, event) => {
      const error = Buffer.from(koffi.view(event, 40));
      const [code, request, minor] = [error.readUInt8(32), error.readUInt8(33), error.readUInt8(34)];
      lastErrors.set(display, `The X server refused request ${request}.${minor} with error ${code}.`);
      return 0;
    }),
  );
  if (xlib.setIoErrorExitHandler !== undefined) {
    xlib.setIoErrorHandler(registerIoErrorHandler((display) => rememberLoss(display)));
    ioErrorExitHandler = registerIoErrorExitHandler((display) => void rememberLoss(display));
    return;
  }
  xlib.setIoErrorHandler(
    registerIoErrorHandler(() => {
      // Xlib ends the process once this returns; leaving by Node's own way lets what was unpacked be removed.
      process.exit(1);
    }),
  );
}

function rememberLoss(display: Pointer): number {
  lostDisplays.add(display);
  return 0;
}
