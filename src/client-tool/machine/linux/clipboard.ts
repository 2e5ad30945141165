import { X11Connection, type XEvent } from "./x11/connection";
import type { Xid } from "./x11/xlib";

/** An owner of the clipboard that does not answer for so long holds nothing for us. */
const ANSWER_LIMIT_MS = 2_000;
/** More than ever is sent on: reading stops there. */
const READ_LIMIT_BYTES = 1 << 20;
const CURRENT_TIME = 0;
const PROPERTY_CHANGE_MASK = 1 << 22;
const PROPERTY_NOTIFY = 28;
const SELECTION_CLEAR = 29;
const SELECTION_REQUEST = 30;
const SELECTION_NOTIFY = 31;
const ATOM_TYPE = 4;
const INTEGER_TYPE = 19;

/** The text targets in the order in which they are asked for. */
const TEXT_TARGETS = ["UTF8_STRING", "text/plain;charset=utf-8", "STRING"] as const;

/**
 * The CLIPBOARD selection (ICCCM 2): text asked from its owner, and given away while we own it. Events are listened for only while we
 * ask or own.
 */
export class Clipboard {
  readonly #connection: X11Connection;
  readonly #window: Xid;
  readonly #selection: Xid;
  /** Where asked text arrives. */
  readonly #property: Xid;
  /** What we own, or null while another program does. */
  #text: string | null = null;
  #ask: { onEvent: (event: XEvent) => void; answer: Promise<string | null> } | null = null;

  /** @throws MachineError when the X server does not answer */
  constructor(displayName: string) {
    this.#connection = X11Connection.open(displayName);
    const { xlib, display, root } = this.#connection;
    this.#window = xlib.createSimpleWindow(display, root, 0, 0, 1, 1, 0, 0, 0);
    xlib.selectInput(display, this.#window, PROPERTY_CHANGE_MASK);
    this.#selection = this.#connection.atom("CLIPBOARD");
    this.#property = this.#connection.atom("MADOGUCHI_CLIPBOARD");
  }

  /** The text, or null when there is none or its owner does not answer. */
  read(): Promise<string | null> {
    this.#connection.assertAlive();
    this.#takeEvents();
    if (this.#text !== null) return Promise.resolve(this.#text);
    this.#ask ??= this.#startAsking();
    return this.#ask.answer;
  }

  /** @throws MachineError when the server has gone, or gave the clipboard to another program */
  write(text: string): void {
    this.#connection.assertAlive();
    const { xlib, display } = this.#connection;
    xlib.setSelectionOwner(display, this.#selection, this.#window, CURRENT_TIME);
    this.#connection.sync();
    this.#takeEvents();
    this.#text = text;
    this.#listen();
  }

  close(): void {
    this.#text = null;
    this.#connection.close();
  }

  #startAsking(): { onEvent: (event: XEvent) => void; answer: Promise<string | null> } {
    const asked = {
      onEvent: (_event: XEvent): void => undefined,
      answer: Promise.resolve<string | null>(null),
    };
    asked.answer = this.#askEach((onEvent) => {
      asked.onEvent = onEvent;
    }).finally(() => {
      this.#ask = null;
      if (this.#text === null) this.#connection.stopPump();
    });
    return asked;
  }

  async #askEach(listen: (onEvent: (event: XEvent) => void) => void): Promise<string | null> {
    for (const target of TEXT_TARGETS) {
      if (!this.#connection.isAlive) return null;
      const data = await this.#convert(this.#connection.atom(target), listen);
      if (data === "unanswered") return null;
      if (data !== null) return data.toString(target === "STRING" ? "latin1" : "utf8");
    }
    return null;
  }

  /** Asks the owner for one target; null when it does not have it. */
  #convert(
    target: Xid,
    listen: (onEvent: (event: XEvent) => void) => void,
  ): Promise<Buffer | null | "unanswered"> {
    const { xlib, display } = this.#connection;
    return new Promise((resolve) => {
      const pieces: Buffer[] = [];
      let isIncremental = false;
      const finish = (data: Buffer | null | "unanswered"): void => {
        clearTimeout(limit);
        listen(() => undefined);
        resolve(data);
      };
      const giveUp = (): void => finish("unanswered");
      let limit = setTimeout(giveUp, ANSWER_LIMIT_MS);
      listen((event) => {
        if (!this.#connection.isAlive) return giveUp();
        const type = event.readInt32LE(0);
        if (type === SELECTION_NOTIFY && !isIncremental) {
          // XSelectionEvent: target and property.
          if (event.readUInt32LE(48) !== target) return;
          if (event.readUInt32LE(56) === 0) return finish(null);
          const property = this.#takeProperty();
          // A long text comes in pieces (ICCCM 2.7.2); taking the announcement away asks for the first.
          if (property?.type === this.#connection.atom("INCR")) isIncremental = true;
          else finish(property?.data ?? null);
          return;
        }
        const NEW_VALUE = 0;
        const isPiece =
          isIncremental &&
          type === PROPERTY_NOTIFY &&
          event.readUInt32LE(40) === this.#property &&
          event.readInt32LE(56) === NEW_VALUE;
        if (!isPiece) return;
        clearTimeout(limit);
        limit = setTimeout(giveUp, ANSWER_LIMIT_MS);
        const piece = this.#takeProperty()?.data ?? Buffer.alloc(0);
        pieces.push(piece);
        const length = pieces.reduce((sum, { length }) => sum + length, 0);
        if (piece.length === 0 || length > READ_LIMIT_BYTES) finish(Buffer.concat(pieces));
      });
      xlib.deleteProperty(display, this.#window, this.#property);
      xlib.convertSelection(display, this.#selection, target, this.#property, this.#window, CURRENT_TIME);
      this.#connection.flush();
      this.#listen();
    });
  }

  #takeProperty(): ReturnType<X11Connection["property"]> {
    return this.#connection.property(this.#window, this.#property, { isDeleted: true });
  }

  #listen(): void {
    this.#connection.pump(() => this.#takeEvents());
  }

  #takeEvents(): void {
    for (const event of this.#connection.events()) {
      const type = event.readInt32LE(0);
      if (type === SELECTION_REQUEST) this.#serve(event);
      else if (type === SELECTION_CLEAR) this.#lose();
      else this.#ask?.onEvent(event);
    }
    if (!this.#connection.isAlive) this.#ask?.onEvent(Buffer.alloc(0));
  }

  #lose(): void {
    this.#text = null;
    if (this.#ask === null) this.#connection.stopPump();
  }

  /** Gives the text to the program that asks for it. */
  #serve(request: XEvent): void {
    // XSelectionRequestEvent: requestor, selection, target, property, time.
    const requestor = request.readUInt32LE(40);
    const target = request.readUInt32LE(56);
    // Old programs leave the property out and mean the target's name.
    const property = request.readUInt32LE(64) || target;
    const isServed = this.#text !== null && this.#put(requestor, property, target, this.#text);
    const answer = new BigUint64Array(24);
    answer[0] = BigInt(SELECTION_NOTIFY);
    answer[4] = BigInt(requestor);
    answer[5] = BigInt(this.#selection);
    answer[6] = BigInt(target);
    answer[7] = BigInt(isServed ? property : 0);
    answer[8] = request.readBigUInt64LE(72);
    const { xlib, display } = this.#connection;
    xlib.sendEvent(display, requestor, 0, 0, answer);
    // The program may be gone by now.
    this.#connection.ignoreErrors();
  }

  #put(requestor: Xid, property: Xid, target: Xid, text: string): boolean {
    const connection = this.#connection;
    const targets = TEXT_TARGETS.filter((name) => name !== "STRING" || isLatin1(text));
    if (target === connection.atom("TARGETS")) {
      const names = ["TARGETS", "TIMESTAMP", ...targets].map((name) => BigInt(connection.atom(name)));
      const data = Buffer.from(BigUint64Array.from(names).buffer);
      connection.setProperty(requestor, property, ATOM_TYPE, 32, data);
      return true;
    }
    if (target === connection.atom("TIMESTAMP")) {
      connection.setProperty(requestor, property, INTEGER_TYPE, 32, Buffer.alloc(8));
      return true;
    }
    const name = targets.find((candidate) => connection.atom(candidate) === target);
    if (name === undefined) return false;
    // 60,000 characters are at most 180 kB: what one request of every server takes.
    connection.setProperty(
      requestor,
      property,
      target,
      8,
      Buffer.from(text, name === "STRING" ? "latin1" : "utf8"),
    );
    return true;
  }
}

function isLatin1(text: string): boolean {
  return [...text].every((character) => (character.codePointAt(0) ?? 0) <= 0xff);
}
