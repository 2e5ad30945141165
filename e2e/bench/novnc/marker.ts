import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { Display } from "../../fixtures/display";

/** Core requests of the X11 protocol, by their numbers there. */
const REQUEST = { createWindow: 1, setAttributes: 2, map: 8, getInputFocus: 43, clearArea: 61 } as const;
const VALUE = { backgroundPixel: 0x2, overrideRedirect: 0x200 } as const;
const MESSAGE_BYTES = 32;
const REPLY = 1;
const ERROR = 0;
const BLACK = 0x000000;
const WHITE = 0xffffff;

/** When a change was asked for, and when the X server had it on its screen; in ms since 1970. */
export interface MarkerChange {
  readonly askedAt: number;
  readonly paintedAt: number;
}

/**
 * A small window that lies over everything on a display and changes between black and white.
 *
 * It talks to the X server without a toolkit, so that a change is there as soon as the server has read a request: a browser
 * would need time of its own to paint it, which belongs to neither of what is compared.
 */
export class Marker {
  readonly #socket: Socket;
  readonly #window: number;
  #rest = Buffer.alloc(0);
  #isLight = false;
  #onReply: (() => void) | null = null;

  /** @throws Error when the X server refuses */
  static async open(
    display: Display,
    { x, y, size }: { x: number; y: number; size: number },
  ): Promise<Marker> {
    const socket = connect(`/tmp/.X11-unix/X${display.name.replace(":", "")}`);
    await once(socket, "connect");
    // Little-endian, protocol 11.0, nothing to authorise with.
    const hello = Buffer.alloc(12);
    hello.write("l");
    hello.writeUInt16LE(11, 2);
    socket.write(hello);
    const { windowId, root } = readSetup(await setup(socket));
    const marker = new Marker(socket, windowId);
    const mask = VALUE.backgroundPixel | VALUE.overrideRedirect;
    // Depth and visual are the root's (0); window managers keep away from it.
    const values = [words(windowId, root), shorts(x, y, size, size, 0, 1), words(0, mask, BLACK, 1)];
    socket.write(request(REQUEST.createWindow, Buffer.concat(values)));
    socket.write(request(REQUEST.map, words(windowId)));
    await marker.#synchronised();
    return marker;
  }

  private constructor(socket: Socket, window: number) {
    this.#socket = socket;
    this.#window = window;
    socket.on("data", (data) => this.#read(data));
  }

  /** Turns from black to white or back. */
  async toggle(): Promise<MarkerChange> {
    this.#isLight = !this.#isLight;
    const color = words(this.#window, VALUE.backgroundPixel, this.#isLight ? WHITE : BLACK);
    const askedAt = now();
    this.#socket.write(
      Buffer.concat([
        request(REQUEST.setAttributes, color),
        // Width and height 0: up to the window's edges.
        request(REQUEST.clearArea, words(this.#window, 0, 0)),
      ]),
    );
    await this.#synchronised();
    return { askedAt, paintedAt: now() };
  }

  close(): void {
    this.#socket.destroy();
  }

  /** A request with an answer is answered after all before it were carried out. */
  async #synchronised(): Promise<void> {
    const answered = new Promise<void>((resolve) => {
      this.#onReply = resolve;
    });
    this.#socket.write(request(REQUEST.getInputFocus, Buffer.alloc(0)));
    await answered;
  }

  #read(data: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, data]);
    for (; this.#rest.length >= MESSAGE_BYTES; this.#rest = this.#rest.subarray(MESSAGE_BYTES)) {
      const kind = this.#rest[0];
      if (kind === ERROR) throw new Error(`The X server refuses the marker: error ${this.#rest[1]}.`);
      if (kind === REPLY) this.#onReply?.();
    }
  }
}

function now(): number {
  return performance.timeOrigin + performance.now();
}

function shorts(...values: number[]): Buffer {
  const buffer = Buffer.alloc(values.length * 2);
  for (const [at, value] of values.entries()) buffer.writeUInt16LE(value, at * 2);
  return buffer;
}

function words(...values: number[]): Buffer {
  const buffer = Buffer.alloc(values.length * 4);
  for (const [at, value] of values.entries()) buffer.writeUInt32LE(value, at * 4);
  return buffer;
}

function request(opcode: number, body: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt8(opcode, 0);
  head.writeUInt16LE(1 + body.length / 4, 2);
  return Buffer.concat([head, body]);
}

/** The server's whole answer to the first message. */
async function setup(socket: Socket): Promise<Buffer> {
  let received = Buffer.alloc(0);
  while (received.length < 8 || received.length < 8 + received.readUInt16LE(6) * 4) {
    const [data]: unknown[] = await once(socket, "data");
    if (Buffer.isBuffer(data)) received = Buffer.concat([received, data]);
  }
  if (received[0] !== 1) throw new Error("The X server lets the marker not in.");
  return received;
}

/** X11 protocol, "Connection Setup": the first id that this client may give, and the first screen's root window. */
function readSetup(answer: Buffer): { windowId: number; root: number } {
  const vendorBytes = Math.ceil(answer.readUInt16LE(24) / 4) * 4;
  const formats = answer.readUInt8(29);
  return { windowId: answer.readUInt32LE(12), root: answer.readUInt32LE(40 + vendorBytes + formats * 8) };
}
