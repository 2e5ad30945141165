import koffi from "koffi";
import type { SeenMonitor } from "../machine";
import { type DisplayDevice, type MonitorInfo, structs, type Win32 } from "./win32";

const MONITOR_IS_PRIMARY = 1;
/** MDT_EFFECTIVE_DPI: what the customer's scaling comes to. */
const EFFECTIVE_DPI = 0;
const DPI_AT_100_PERCENT = 96;

/** More than Windows has ever numbered; the loop over them ends where Windows knows no more. */
const DEVICES_MAX = 64;

type MonitorCalls = Pick<
  Win32,
  "enumDisplayMonitors" | "getMonitorInfo" | "enumDisplayDevices" | "getDpiForMonitor"
>;

/** The monitors in physical pixels, which takes a process that is DPI aware. */
export function windowsMonitors(win32: MonitorCalls): SeenMonitor[] {
  const devices = displayDevices(win32);
  const handles: bigint[] = [];
  win32.enumDisplayMonitors(
    null,
    null,
    (monitor) => {
      handles.push(monitor);
      return 1;
    },
    0,
  );
  return handles.flatMap((handle) => {
    const info: Partial<MonitorInfo> = {
      cbSize: koffi.sizeof(structs.MONITORINFOEXW),
      rcMonitor: { left: 0, top: 0, right: 0, bottom: 0 },
      rcWork: { left: 0, top: 0, right: 0, bottom: 0 },
      dwFlags: 0,
      szDevice: "",
    };
    if (win32.getMonitorInfo(handle, info) === 0 || !info.rcMonitor) return [];
    const { left, top, right, bottom } = info.rcMonitor;
    const device = info.szDevice ?? "";
    const monitorId = device.replace(/^\\\\\.\\/, "").slice(0, 64);
    const model = modelName(win32, device);
    const index = devices.indexOf(device);
    return {
      monitorId,
      name: (model === "" ? monitorId : `${monitorId} (${model})`).slice(0, 100),
      x: left,
      y: top,
      width: right - left,
      height: bottom - top,
      scale: scaleOf(win32, handle),
      isPrimary: ((info.dwFlags ?? 0) & MONITOR_IS_PRIMARY) !== 0,
      ...(index >= 0 && { captureId: index }),
    };
  });
}

/**
 * The names of all display devices (`\\.\DISPLAY1`), those without a monitor too: Chromium numbers monitors by their places in this list
 * (win/screen_capture_utils.cc of WebRTC).
 */
function displayDevices(win32: MonitorCalls): string[] {
  const names: string[] = [];
  while (names.length < DEVICES_MAX) {
    const device = readDevice(win32, null, names.length);
    if (!device) break;
    names.push(device.DeviceName ?? "");
  }
  return names;
}

function scaleOf(win32: MonitorCalls, monitor: bigint): number {
  const dpiX = [DPI_AT_100_PERCENT];
  const dpiY = [DPI_AT_100_PERCENT];
  win32.getDpiForMonitor(monitor, EFFECTIVE_DPI, dpiX, dpiY);
  return Math.min(Math.max((dpiX[0] ?? DPI_AT_100_PERCENT) / DPI_AT_100_PERCENT, 0.25), 8);
}

function modelName(win32: MonitorCalls, device: string): string {
  return readDevice(win32, device, 0)?.DeviceString ?? "";
}

/** @param device the one whose monitors are counted; null: the devices themselves */
function readDevice(
  win32: MonitorCalls,
  device: string | null,
  index: number,
): Partial<DisplayDevice> | null {
  const result: Partial<DisplayDevice> & { DeviceID: string; DeviceKey: string } = {
    cb: koffi.sizeof(structs.DISPLAY_DEVICEW),
    DeviceName: "",
    DeviceString: "",
    StateFlags: 0,
    DeviceID: "",
    DeviceKey: "",
  };
  return win32.enumDisplayDevices(device, index, result, 0) === 0 ? null : result;
}
