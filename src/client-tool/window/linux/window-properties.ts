import type { X11Connection } from "../../machine/linux/x11/connection";
import type { Xid } from "../../machine/linux/x11/xlib";

/** XA_ATOM, XA_CARDINAL, XA_STRING, XA_WM_HINTS, XA_WM_NORMAL_HINTS, XA_WM_SIZE_HINTS, XA_WM_CLASS (Xatom.h). */
const [ATOM, CARDINAL, STRING] = [4, 6, 31];
const [WM_HINTS, WM_NORMAL_HINTS, WM_SIZE_HINTS, WM_CLASS] = [35, 40, 41, 67];
const EVERY_DESKTOP = 0xffff_ffff;

/** What window managers are told once (ICCCM 4.1, Extended Window Manager Hints 1.5). */
export function announceWindow(connection: X11Connection, window: Xid): void {
  const set = (name: string, type: Xid, values: readonly number[]): void =>
    connection.setProperty(window, connection.atom(name), type, 32, longs(values));
  const atoms = (...names: string[]): number[] => names.map((name) => connection.atom(name));
  connection.setProperty(window, WM_CLASS, STRING, 8, Buffer.from("madoguchi\0Madoguchi\0"));
  set("WM_PROTOCOLS", ATOM, atoms("WM_DELETE_WINDOW", "_NET_WM_PING"));
  set("_NET_WM_WINDOW_TYPE", ATOM, atoms("_NET_WM_WINDOW_TYPE_DIALOG"));
  set("_NET_WM_PID", CARDINAL, [process.pid]);
  // InputHint: it wants the keyboard when it is activated.
  const [INPUT_HINT, WANTS_INPUT] = [1, 1];
  connection.setProperty(
    window,
    WM_HINTS,
    WM_HINTS,
    32,
    longs([INPUT_HINT, WANTS_INPUT, 0, 0, 0, 0, 0, 0, 0]),
  );
}

/** To be called before the window is shown or changes its size: it keeps that size, in front of others on every desktop. */
export function setPlacement(
  connection: X11Connection,
  window: Xid,
  place: "middle" | "corner",
  { x, y, width, height }: { x: number; y: number; width: number; height: number },
): void {
  // PPosition, PSize, PMinSize, PMaxSize, PWinGravity and USPosition, which window managers heed more.
  const FLAGS = 1 | 4 | 8 | 16 | 32 | 512;
  const [NORTH_WEST, SOUTH_EAST] = [1, 9];
  const gravity = place === "corner" ? SOUTH_EAST : NORTH_WEST;
  const sizes = [x, y, width, height, width, height, width, height];
  const hints = [FLAGS, ...sizes, 0, 0, 0, 0, 0, 0, 0, 0, gravity];
  connection.setProperty(window, WM_NORMAL_HINTS, WM_SIZE_HINTS, 32, longs(hints));
  const states = ["_NET_WM_STATE_ABOVE", "_NET_WM_STATE_STICKY"].map((name) => connection.atom(name));
  connection.setProperty(window, connection.atom("_NET_WM_STATE"), ATOM, 32, longs(states));
  connection.setProperty(window, connection.atom("_NET_WM_DESKTOP"), CARDINAL, 32, longs([EVERY_DESKTOP]));
  // A user time of 0: shown, but without the keyboard.
  const userTime = connection.atom("_NET_WM_USER_TIME");
  if (place === "corner") connection.setProperty(window, userTime, CARDINAL, 32, longs([0]));
  else connection.xlib.deleteProperty(connection.display, window, userTime);
}

/** Items of 32 bits, as Xlib wants them. */
function longs(values: readonly number[]): Buffer {
  return Buffer.from(BigInt64Array.from(values.map((value) => BigInt(value))).buffer);
}
