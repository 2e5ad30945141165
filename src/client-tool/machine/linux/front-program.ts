import { readXids, X11Connection, type XEvent } from "./x11/connection";
import type { Xid } from "./x11/xlib";

/** How long a program is given that does not answer pings (xterm): what it does with a key takes it a small fraction, unless the machine is busy. */
const UNANSWERED_MS = 500;
/** A program that answers pings may be busy, but not for ever. */
const ANSWER_LIMIT_MS = 1_000;
const SUBSTRUCTURE_NOTIFY_MASK = 1 << 19;
const CLIENT_MESSAGE = 33;
/** XClientMessageEvent: where its type and its second number are. */
const MESSAGE_TYPE_OFFSET = 40;
const SECOND_NUMBER_OFFSET = 64;
const PARENT_LEVELS = 8;

/**
 * Asks the program that has the keyboard's focus whether it has seen everything that was typed so far: by a ping (_NET_WM_PING,
 * Extended Window Manager Hints 1.5), which it answers after what came before.
 */
export class FrontProgram {
  readonly #displayName: string;
  /** Of its own, because it hears of every window on the desktop while it waits. */
  #connection: X11Connection | null = null;
  #pings = 0;

  constructor(displayName: string) {
    this.#displayName = displayName;
  }

  /** Resolves when it has caught up, or was given time enough; never rejects. */
  async caughtUp(): Promise<void> {
    await (this.noticed() ?? new Promise((resolve) => setTimeout(resolve, UNANSWERED_MS)));
  }

  /**
   * Resolves when a program that answers pings has seen what has happened so far, or was given time enough; never rejects. Chromium, for
   * one, reads what keys mean over another connection than the keys themselves, and may know a key by what it meant before.
   *
   * @returns null for a program that does not answer: it reads everything in its order
   */
  noticed(): Promise<void> | null {
    try {
      this.#connection ??= X11Connection.open(this.#displayName);
      const window = findPingable(this.#connection);
      return window === null ? null : this.#ping(this.#connection, window);
    } catch {
      // Without a server nothing more is typed.
      return null;
    }
  }

  close(): void {
    this.#connection?.close();
    this.#connection = null;
  }

  #ping(connection: X11Connection, window: Xid): Promise<void> {
    this.#pings += 1;
    const stamp = this.#pings;
    const [protocols, ping] = [connection.atom("WM_PROTOCOLS"), connection.atom("_NET_WM_PING")];
    const isAnswer = (event: XEvent): boolean =>
      event.readInt32LE(0) === CLIENT_MESSAGE &&
      event.readUInt32LE(MESSAGE_TYPE_OFFSET) === protocols &&
      event.readUInt32LE(SECOND_NUMBER_OFFSET) === stamp;
    return new Promise((resolve) => {
      const finish = (): void => {
        clearTimeout(limit);
        connection.stopPump();
        if (connection.isAlive) {
          connection.xlib.selectInput(connection.display, connection.root, 0);
          connection.ignoreErrors();
        }
        resolve();
      };
      const limit = setTimeout(finish, ANSWER_LIMIT_MS);
      connection.xlib.selectInput(connection.display, connection.root, SUBSTRUCTURE_NOTIFY_MASK);
      connection.sendClientMessage(window, 0, window, protocols, [ping, stamp, window]);
      connection.flush();
      connection.pump(() => {
        if (!connection.isAlive || [...connection.events()].some(isAnswer)) finish();
      });
    });
  }
}

/** The window with the focus, or the one of its parents that understands pings. */
function findPingable(connection: X11Connection): Xid | null {
  const { xlib, display, root } = connection;
  const [focus, revertTo] = [new BigUint64Array(1), new Int32Array(1)];
  xlib.getInputFocus(display, focus, revertTo);
  let window = Number(focus[0]);
  const POINTER_ROOT = 1;
  for (let level = 0; level < PARENT_LEVELS && window > POINTER_ROOT && window !== root; level++) {
    const protocols = connection.property(window, connection.atom("WM_PROTOCOLS"));
    if (protocols !== null && readXids(protocols.data).includes(connection.atom("_NET_WM_PING")))
      return window;
    window = parentOf(connection, window);
  }
  connection.ignoreErrors();
  return null;
}

function parentOf({ xlib, display }: X11Connection, window: Xid): Xid {
  const [root, parent, children] = [new BigUint64Array(1), new BigUint64Array(1), new BigUint64Array(1)];
  const count = new Uint32Array(1);
  if (xlib.queryTree(display, window, root, parent, children, count) === 0) return 0;
  const list = children[0] ?? 0n;
  if (list !== 0n) xlib.free(list);
  return Number(parent[0]);
}
