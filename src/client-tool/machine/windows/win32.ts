import koffi, { type LibraryHandle } from "koffi";

/** What a handle is here: an address. Null is none. */
export type Handle = bigint | null;
export type Point = { x: number; y: number };
export type Rect = { left: number; top: number; right: number; bottom: number };
export type MonitorInfo = {
  cbSize: number;
  rcMonitor: Rect;
  rcWork: Rect;
  dwFlags: number;
  szDevice: string;
};
export type DisplayDevice = { cb: number; DeviceName: string; DeviceString: string; StateFlags: number };
export type LastInputInfo = { cbSize: number; dwTime: number };
/** An `INPUT` for the mouse. */
export type MouseInput = { type: 0; dx: number; dy: number; mouseData: number; dwFlags: number };
/** An `INPUT` for the keyboard. */
export type KeyInput = { type: 1; wVk: number; wScan: number; dwFlags: number };

type TypeSpec = Parameters<typeof koffi.sizeof>[0];
/** A function of a system library. How it is declared is handed in, so that a test can read the declarations on other systems. */
export type Declare = (
  library: string,
  name: string,
  result: TypeSpec,
  parameters: TypeSpec[],
) => (...args: never[]) => unknown;

export const HANDLE = koffi.pointer(koffi.opaque());
export const POINT = koffi.struct({ x: "int32", y: "int32" });
export const RECT = koffi.struct({ left: "int32", top: "int32", right: "int32", bottom: "int32" });
const MONITORINFOEXW = koffi.struct({
  cbSize: "uint32",
  rcMonitor: RECT,
  rcWork: RECT,
  dwFlags: "uint32",
  szDevice: koffi.array("char16", 32, "String"),
});
const DISPLAY_DEVICEW = koffi.struct({
  cb: "uint32",
  DeviceName: koffi.array("char16", 32, "String"),
  DeviceString: koffi.array("char16", 128, "String"),
  StateFlags: "uint32",
  DeviceID: koffi.array("char16", 128, "String"),
  DeviceKey: koffi.array("char16", 128, "String"),
});
// INPUT holds a union that begins on 8 bytes and is as long as its longest member, MOUSEINPUT; each of the two is written out flat.
const MOUSE_INPUT = koffi.struct({
  type: "uint32",
  dx: [8, "int32"],
  dy: "int32",
  mouseData: "int32",
  dwFlags: "uint32",
  time: "uint32",
  dwExtraInfo: "uintptr",
});
const KEY_INPUT = koffi.struct({
  type: "uint32",
  wVk: [8, "uint16"],
  wScan: "uint16",
  dwFlags: "uint32",
  time: "uint32",
  dwExtraInfo: "uintptr",
  rest: "uint64",
});
const LASTINPUTINFO = koffi.struct({ cbSize: "uint32", dwTime: "uint32" });
/** WTSINFOEXW as far as it is needed; its union begins on 8 bytes because of the times in it. */
const WTSINFOEXW = koffi.struct({
  Level: "uint32",
  SessionId: [8, "uint32"],
  SessionState: "int32",
  SessionFlags: "int32",
});

export const structs = {
  POINT,
  RECT,
  MONITORINFOEXW,
  DISPLAY_DEVICEW,
  MOUSE_INPUT,
  KEY_INPUT,
  LASTINPUTINFO,
  WTSINFOEXW,
} as const;

const out = (type: TypeSpec) => koffi.out(koffi.pointer(type));
const inout = (type: TypeSpec) => koffi.inout(koffi.pointer(type));
// BOOL is an int; comparing it with 0 is left to the callers.
const BOOL = "int";
const MonitorEnumProc = koffi.proto("__stdcall", BOOL, [HANDLE, HANDLE, koffi.pointer(RECT), "intptr"]);

/** The part of Win32 that the machine needs. Numbers that are only meant as true or false are 0 for false. */
export function declareWin32(declare: Declare) {
  const user = (name: string, result: TypeSpec, parameters: TypeSpec[]) =>
    declare("user32.dll", name, result, parameters);
  const kernel = (name: string, result: TypeSpec, parameters: TypeSpec[]) =>
    declare("kernel32.dll", name, result, parameters);
  const advapi = (name: string, result: TypeSpec, parameters: TypeSpec[]) =>
    declare("advapi32.dll", name, result, parameters);
  return {
    sendMouse: user("SendInput", "uint32", ["uint32", koffi.pointer(MOUSE_INPUT), "int"]) as (
      count: number,
      inputs: MouseInput[],
      size: number,
    ) => number,
    sendKeys: user("SendInput", "uint32", ["uint32", koffi.pointer(KEY_INPUT), "int"]) as (
      count: number,
      inputs: KeyInput[],
      size: number,
    ) => number,
    getCursorPos: user("GetCursorPos", BOOL, [out(POINT)]) as (point: Partial<Point>) => number,
    getSystemMetrics: user("GetSystemMetrics", "int", ["int"]) as (index: number) => number,
    getAsyncKeyState: user("GetAsyncKeyState", "int16", ["int"]) as (virtualKey: number) => number,
    getLastInputInfo: user("GetLastInputInfo", BOOL, [inout(LASTINPUTINFO)]) as (
      info: Partial<LastInputInfo>,
    ) => number,
    mapVirtualKey: user("MapVirtualKeyW", "uint32", ["uint32", "uint32"]) as (
      code: number,
      kind: number,
    ) => number,
    enumDisplayMonitors: user("EnumDisplayMonitors", BOOL, [
      HANDLE,
      koffi.pointer(RECT),
      koffi.pointer(MonitorEnumProc),
      "intptr",
    ]) as (context: Handle, clip: Rect | null, visit: (monitor: bigint) => number, data: number) => number,
    getMonitorInfo: user("GetMonitorInfoW", BOOL, [HANDLE, inout(MONITORINFOEXW)]) as (
      monitor: Handle,
      info: Partial<MonitorInfo>,
    ) => number,
    enumDisplayDevices: user("EnumDisplayDevicesW", BOOL, [
      "str16",
      "uint32",
      inout(DISPLAY_DEVICEW),
      "uint32",
    ]) as (device: string | null, index: number, result: Partial<DisplayDevice>, flags: number) => number,
    openInputDesktop: user("OpenInputDesktop", HANDLE, ["uint32", BOOL, "uint32"]) as (
      flags: number,
      inherit: number,
      access: number,
    ) => Handle,
    closeDesktop: user("CloseDesktop", BOOL, [HANDLE]) as (desktop: Handle) => number,
    getUserObjectInformation: user("GetUserObjectInformationW", BOOL, [
      HANDLE,
      "int",
      "void *",
      "uint32",
      out("uint32"),
    ]) as (object: Handle, index: number, info: Buffer, size: number, needed: number[]) => number,
    getForegroundWindow: user("GetForegroundWindow", HANDLE, []) as () => Handle,
    getWindowThreadProcessId: user("GetWindowThreadProcessId", "uint32", [HANDLE, out("uint32")]) as (
      window: Handle,
      processId: number[],
    ) => number,
    openClipboard: user("OpenClipboard", BOOL, [HANDLE]) as (owner: Handle) => number,
    closeClipboard: user("CloseClipboard", BOOL, []) as () => number,
    emptyClipboard: user("EmptyClipboard", BOOL, []) as () => number,
    isClipboardFormatAvailable: user("IsClipboardFormatAvailable", BOOL, ["uint32"]) as (
      format: number,
    ) => number,
    getClipboardData: user("GetClipboardData", HANDLE, ["uint32"]) as (format: number) => Handle,
    setClipboardData: user("SetClipboardData", HANDLE, ["uint32", HANDLE]) as (
      format: number,
      memory: Handle,
    ) => Handle,
    createMessageWindow: user("CreateWindowExW", HANDLE, [
      "uint32",
      "str16",
      "str16",
      "uint32",
      "int",
      "int",
      "int",
      "int",
      "intptr",
      HANDLE,
      HANDLE,
      "void *",
    ]) as (...parameters: [number, string, string, number, ...number[], null, null, null]) => Handle,
    destroyWindow: user("DestroyWindow", BOOL, [HANDLE]) as (window: Handle) => number,
    globalAlloc: kernel("GlobalAlloc", HANDLE, ["uint32", "size_t"]) as (
      flags: number,
      bytes: number,
    ) => Handle,
    globalFree: kernel("GlobalFree", HANDLE, [HANDLE]) as (memory: Handle) => Handle,
    globalSize: kernel("GlobalSize", "size_t", [HANDLE]) as (memory: Handle) => number | bigint,
    globalLock: kernel("GlobalLock", HANDLE, [HANDLE]) as (memory: Handle) => Handle,
    globalUnlock: kernel("GlobalUnlock", BOOL, [HANDLE]) as (memory: Handle) => number,
    copyOut: kernel("RtlMoveMemory", "void", ["void *", HANDLE, "size_t"]) as (
      target: Buffer,
      source: Handle,
      bytes: number,
    ) => void,
    copyIn: kernel("RtlMoveMemory", "void", [HANDLE, "void *", "size_t"]) as (
      target: Handle,
      source: Buffer,
      bytes: number,
    ) => void,
    openProcess: kernel("OpenProcess", HANDLE, ["uint32", BOOL, "uint32"]) as (
      access: number,
      inherit: number,
      processId: number,
    ) => Handle,
    getCurrentProcess: kernel("GetCurrentProcess", HANDLE, []) as () => Handle,
    closeHandle: kernel("CloseHandle", BOOL, [HANDLE]) as (handle: Handle) => number,
    openProcessToken: advapi("OpenProcessToken", BOOL, [HANDLE, "uint32", out(HANDLE)]) as (
      process: Handle,
      access: number,
      token: Handle[],
    ) => number,
    getTokenInformation: advapi("GetTokenInformation", BOOL, [
      HANDLE,
      "int",
      "void *",
      "uint32",
      out("uint32"),
    ]) as (token: Handle, index: number, info: Buffer, size: number, needed: number[]) => number,
    getDpiForMonitor: declare("shcore.dll", "GetDpiForMonitor", "int32", [
      HANDLE,
      "int",
      out("uint32"),
      out("uint32"),
    ]) as (monitor: Handle, kind: number, dpiX: number[], dpiY: number[]) => number,
    querySessionInformation: declare("wtsapi32.dll", "WTSQuerySessionInformationW", BOOL, [
      HANDLE,
      "uint32",
      "int",
      out(HANDLE),
      out("uint32"),
    ]) as (server: Handle, session: number, index: number, info: Handle[], bytes: number[]) => number,
    freeSessionInformation: declare("wtsapi32.dll", "WTSFreeMemory", "void", [HANDLE]) as (
      memory: Handle,
    ) => void,
  };
}

export type Win32 = ReturnType<typeof declareWin32>;

const libraries = new Map<string, LibraryHandle>();

/** Looks the function up in its library, which stays loaded. @throws when this Windows has none by that name */
export const declareHere: Declare = (library, name, result, parameters) => {
  const loaded = libraries.get(library) ?? koffi.load(library);
  libraries.set(library, loaded);
  return loaded.func("__stdcall", name, result, parameters);
};

let win32: Win32 | null = null;

export function openWin32(): Win32 {
  win32 ??= declareWin32(declareHere);
  return win32;
}
