import koffi from "koffi";
import type { SeenMonitor } from "../machine";
import type { DesktopEnvironment } from "./environment";
import type { X11Connection } from "./x11/connection";
import type { Pointer, XRandr } from "./x11/xlib";

/** XRRMonitorInfo: name, two flags, the number of outputs, place and size, and a pointer. */
const MONITOR_BYTES = 56;
/** What the protocol takes. */
const NAME_MAX_LENGTH = 64;
const MONITORS_MAX = 16;
const [SCALE_MIN, SCALE_MAX] = [0.25, 8];
/** Dots per inch that desktops call 100 %. */
const UNSCALED_DPI = 96;

/** The monitors as RandR 1.5 has them, or the whole desktop as one where it knows none. */
export function readMonitors(
  connection: X11Connection,
  xrandr: XRandr | null,
  environment: DesktopEnvironment,
): SeenMonitor[] {
  const scale = readScale(connection, environment);
  const monitors = xrandr === null ? [] : readRandrMonitors(connection, xrandr, scale);
  if (monitors.length > 0) return monitors;
  return [
    { monitorId: "screen", name: "screen", x: 0, y: 0, ...desktopSize(connection), scale, isPrimary: true },
  ];
}

function readRandrMonitors(connection: X11Connection, xrandr: XRandr, scale: number): SeenMonitor[] {
  const { display, root } = connection;
  if (!knowsMonitors(display, xrandr)) return [];
  const count = new Int32Array(1);
  const address = xrandr.getMonitors(display, root, 1, count);
  if (address === null) return [];
  const length = Math.max(0, Math.min(count[0] ?? 0, MONITORS_MAX));
  // Xlib's own memory, and not a copy of it: it is read before it is given back.
  const memory = Buffer.from(koffi.view(address, length * MONITOR_BYTES));
  const monitors = parseMonitors(memory, scale, (atom) => connection.atomName(atom));
  xrandr.freeMonitors(address);
  return monitors;
}

/** @param memory one XRRMonitorInfo after another */
export function parseMonitors(
  memory: Buffer,
  scale: number,
  nameOf: (atom: number) => string,
): SeenMonitor[] {
  const monitors = Array.from({ length: memory.length / MONITOR_BYTES }, (_, index): SeenMonitor => {
    const at = index * MONITOR_BYTES;
    const atom = memory.readUInt32LE(at);
    const name = nameOf(atom).slice(0, NAME_MAX_LENGTH);
    return {
      monitorId: name,
      name,
      isPrimary: memory.readInt32LE(at + 8) !== 0,
      x: memory.readInt32LE(at + 20),
      y: memory.readInt32LE(at + 24),
      width: memory.readInt32LE(at + 28),
      height: memory.readInt32LE(at + 32),
      scale,
      // Chromium numbers monitors by the atoms of their names (screen_capturer_x11.cc of WebRTC), which stay theirs while the server runs.
      captureId: atom,
    };
  });
  return monitors.filter(({ width, height }) => width > 0 && height > 0);
}

function knowsMonitors(display: Pointer, xrandr: XRandr): boolean {
  const [major, minor] = [new Int32Array(1), new Int32Array(1)];
  if (xrandr.queryVersion(display, major, minor) === 0) return false;
  const [majorVersion, minorVersion] = [major[0] ?? 0, minor[0] ?? 0];
  return majorVersion > 1 || (majorVersion === 1 && minorVersion >= 5);
}

/**
 * How large the desktop draws things: X has one scale for all monitors, which desktops announce as the resource Xft.dpi (GNOME, KDE,
 * Xfce write it), or as GDK_SCALE in the environment.
 */
export function readScale(connection: X11Connection, environment: DesktopEnvironment): number {
  const resources = connection
    .property(connection.root, connection.atom("RESOURCE_MANAGER"))
    ?.data.toString();
  const dpi = Number(/^Xft\.dpi:\s*([\d.]+)/m.exec(resources ?? "")?.[1]);
  const scale = dpi > 0 ? dpi / UNSCALED_DPI : Number(environment.GDK_SCALE);
  if (!(scale > 0)) return 1;
  const HUNDREDTHS = 100;
  return Math.min(SCALE_MAX, Math.max(SCALE_MIN, Math.round(scale * HUNDREDTHS) / HUNDREDTHS));
}

function desktopSize(connection: X11Connection): { width: number; height: number } {
  const [root, x, y] = [new BigUint64Array(1), new Int32Array(1), new Int32Array(1)];
  const [width, height, border, depth] = [
    new Uint32Array(1),
    new Uint32Array(1),
    new Uint32Array(1),
    new Uint32Array(1),
  ];
  connection.xlib.getGeometry(connection.display, connection.root, root, x, y, width, height, border, depth);
  return { width: Math.max(1, width[0] ?? 1), height: Math.max(1, height[0] ?? 1) };
}
