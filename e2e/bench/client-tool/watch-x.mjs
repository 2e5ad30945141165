// Tells, a JSON line each, when the pointer of the X server has moved and when a window has come up there. It sleeps in Xlib until the
// server says so, which a poll of Node's would do later: `node watch-x.mjs :99`.
import { writeSync } from "node:fs";
import koffi from "koffi";

const [GENERIC_EVENT, MAP_NOTIFY] = [35, 19];
const SUBSTRUCTURE_NOTIFY_MASK = 1 << 19;
/** XInput 2.1: moves as devices make them, whoever has the pointer; those that XTEST injects are among them. */
const RAW_MOTION = 17;
const ALL_MASTER_DEVICES = 1;
const EVENT_BYTES = 192;

const x11 = koffi.load("libX11.so.6");
const input = koffi.load("libXi.so.6");
const openDisplay = x11.func("void *XOpenDisplay(const char *name)");
const rootWindow = x11.func("ulong XDefaultRootWindow(void *display)");
const selectInput = x11.func("int XSelectInput(void *display, ulong window, long mask)");
const queryExtension = x11.func("int XQueryExtension(void *d, const char *name, void *, void *, void *)");
const nextEvent = x11.func("int XNextEvent(void *display, void *event)");
const sync = x11.func("int XSync(void *display, int discard)");
const queryPointer = x11.func(
  "int XQueryPointer(void *d, ulong w, void *, void *, void *, void *, void *, void *, void *)",
);
const queryVersion = input.func("int XIQueryVersion(void *display, void *major, void *minor)");
const EventMask = koffi.struct({ deviceid: "int", mask_len: "int", mask: "uint8_t *" });
const selectEvents = input.func("XISelectEvents", "int", [
  "void *",
  "ulong",
  koffi.pointer(EventMask),
  "int",
]);

const display = openDisplay(process.argv[2] ?? null);
if (display === null) throw new Error(`No X server answers at ${process.argv[2]}.`);
const root = rootWindow(display);
const [opcode, firstEvent, firstError] = [new Int32Array(1), new Int32Array(1), new Int32Array(1)];
const isThere = queryExtension(display, "XInputExtension", opcode, firstEvent, firstError) !== 0;
if (!isThere || queryVersion(display, Int32Array.of(2), Int32Array.of(1)) !== 0) {
  throw new Error("The X server has no XInput 2.1.");
}
const mask = Uint8Array.of(0, 0, 0, 0);
mask[RAW_MOTION >> 3] = 1 << (RAW_MOTION & 7);
selectEvents(display, root, { deviceid: ALL_MASTER_DEVICES, mask_len: mask.length, mask }, 1);
selectInput(display, root, SUBSTRUCTURE_NOTIFY_MASK);
sync(display, 0);

const ids = [new BigUint64Array(1), new BigUint64Array(1)];
const places = [new Int32Array(1), new Int32Array(1), new Int32Array(1), new Int32Array(1)];
const buttons = new Uint32Array(1);
/** Where the server has the pointer. */
function pointer() {
  queryPointer(display, root, ...ids, ...places, buttons);
  return { x: places[0]?.[0] ?? 0, y: places[1]?.[0] ?? 0 };
}

/** CLOCK_MONOTONIC, which the browser's clock counts by as well. */
function nowMs() {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** At once, as nothing else runs here. */
function say(what) {
  writeSync(1, `${JSON.stringify(what)}\n`);
}

let last = pointer();
say({ is: "ready" });
const event = Buffer.alloc(EVENT_BYTES);
for (;;) {
  nextEvent(display, event);
  const atMs = nowMs();
  const type = event.readInt32LE(0);
  if (type === MAP_NOTIFY) say({ is: "window", atMs });
  if (type !== GENERIC_EVENT) continue;
  const place = pointer();
  // The same place once more is no move.
  if (place.x === last.x && place.y === last.y) continue;
  last = place;
  say({ is: "move", atMs });
}
