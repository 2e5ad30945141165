import koffi from "koffi";
import {
  type Declare,
  declareHere,
  HANDLE,
  type Handle,
  POINT,
  type Point,
  RECT,
  type Rect,
} from "../../machine/windows/win32";

/** @returns the message's result; for most, 0 says that it has been dealt with */
export type WindowProcedure = (
  window: Handle,
  message: number,
  wide: number | bigint,
  long: number | bigint,
) => number | bigint;

export type WindowClass = {
  cbSize: number;
  style: number;
  lpfnWndProc: bigint;
  hInstance: Handle;
  hCursor: Handle;
  hbrBackground: Handle;
  lpszClassName: string;
};

/** What WM_DRAWITEM tells. */
export type DrawItem = { CtlID: number; itemState: number; hDC: Handle; rcItem: Rect };

const WNDCLASSEXW = koffi.struct({
  cbSize: "uint32",
  style: "uint32",
  lpfnWndProc: HANDLE,
  cbClsExtra: "int32",
  cbWndExtra: "int32",
  hInstance: HANDLE,
  hIcon: HANDLE,
  hCursor: HANDLE,
  hbrBackground: HANDLE,
  lpszMenuName: HANDLE,
  lpszClassName: "str16",
  hIconSm: HANDLE,
});
const MSG = koffi.struct({
  hwnd: HANDLE,
  message: "uint32",
  wParam: "uintptr",
  lParam: "intptr",
  time: "uint32",
  pt: POINT,
});
const DRAWITEMSTRUCT = koffi.struct({
  CtlType: "uint32",
  CtlID: "uint32",
  itemID: "uint32",
  itemAction: "uint32",
  itemState: "uint32",
  hwndItem: HANDLE,
  hDC: HANDLE,
  rcItem: RECT,
  itemData: "uintptr",
});

export const structs = { WNDCLASSEXW, MSG, DRAWITEMSTRUCT } as const;
export const WindowProcedureType = koffi.proto("__stdcall", "intptr", [
  HANDLE,
  "uint32",
  "uintptr",
  "intptr",
]);

type Spec = Parameters<Declare>[2];
const BOOL = "int";
const inout = (type: Spec) => koffi.inout(koffi.pointer(type));
const out = (type: Spec) => koffi.out(koffi.pointer(type));

/** The part of Win32 that the window needs. Numbers that are only meant as true or false are 0 for false. */
export function declareWindows(declare: Declare) {
  const user = (name: string, result: Spec, parameters: Spec[]) =>
    declare("user32.dll", name, result, parameters);
  const gdi = (name: string, result: Spec, parameters: Spec[]) =>
    declare("gdi32.dll", name, result, parameters);
  const kernel = (name: string, result: Spec, parameters: Spec[]) =>
    declare("kernel32.dll", name, result, parameters);
  return {
    registerClass: user("RegisterClassExW", "uint16", [koffi.pointer(WNDCLASSEXW)]) as (
      windowClass: WindowClass & Record<string, unknown>,
    ) => number,
    unregisterClass: user("UnregisterClassW", BOOL, ["str16", HANDLE]) as (
      name: string,
      instance: Handle,
    ) => number,
    createWindow: user("CreateWindowExW", HANDLE, [
      "uint32",
      "str16",
      "str16",
      "uint32",
      "int",
      "int",
      "int",
      "int",
      HANDLE,
      "intptr",
      HANDLE,
      HANDLE,
    ]) as (
      extendedStyle: number,
      className: string,
      text: string,
      style: number,
      x: number,
      y: number,
      width: number,
      height: number,
      parent: Handle,
      id: number,
      instance: Handle,
      parameter: null,
    ) => Handle,
    destroyWindow: user("DestroyWindow", BOOL, [HANDLE]) as (window: Handle) => number,
    defaultProcedure: user("DefWindowProcW", "intptr", [
      HANDLE,
      "uint32",
      "uintptr",
      "intptr",
    ]) as WindowProcedure,
    showWindow: user("ShowWindow", BOOL, [HANDLE, "int"]) as (window: Handle, how: number) => number,
    setText: user("SetWindowTextW", BOOL, [HANDLE, "str16"]) as (window: Handle, text: string) => number,
    setPosition: user("SetWindowPos", BOOL, [HANDLE, "intptr", "int", "int", "int", "int", "uint32"]) as (
      window: Handle,
      after: number,
      x: number,
      y: number,
      width: number,
      height: number,
      flags: number,
    ) => number,
    windowRect: user("GetWindowRect", BOOL, [HANDLE, out(RECT)]) as (
      window: Handle,
      rect: Partial<Rect>,
    ) => number,
    outerRect: user("AdjustWindowRectExForDpi", BOOL, [inout(RECT), "uint32", BOOL, "uint32", "uint32"]) as (
      rect: Rect,
      style: number,
      hasMenu: number,
      extendedStyle: number,
      dpi: number,
    ) => number,
    dpiOf: user("GetDpiForWindow", "uint32", [HANDLE]) as (window: Handle) => number,
    workArea: user("SystemParametersInfoW", BOOL, ["uint32", "uint32", out(RECT), "uint32"]) as (
      what: number,
      parameter: number,
      rect: Partial<Rect>,
      flags: number,
    ) => number,
    setForeground: user("SetForegroundWindow", BOOL, [HANDLE]) as (window: Handle) => number,
    setFocus: user("SetFocus", HANDLE, [HANDLE]) as (window: Handle) => Handle,
    focus: user("GetFocus", HANDLE, []) as () => Handle,
    sendMessage: user("SendMessageW", "intptr", [HANDLE, "uint32", "uintptr", "intptr"]) as (
      window: Handle,
      message: number,
      wide: number | bigint,
      long: number | bigint,
    ) => number | bigint,
    invalidate: user("InvalidateRect", BOOL, [HANDLE, HANDLE, BOOL]) as (
      window: Handle,
      rect: null,
      erase: number,
    ) => number,
    setCapture: user("SetCapture", HANDLE, [HANDLE]) as (window: Handle) => Handle,
    releaseCapture: user("ReleaseCapture", BOOL, []) as () => number,
    cursorPosition: user("GetCursorPos", BOOL, [out(POINT)]) as (point: Partial<Point>) => number,
    loadCursor: user("LoadCursorW", HANDLE, [HANDLE, "intptr"]) as (instance: null, id: number) => Handle,
    peekMessage: user("PeekMessageW", BOOL, ["void *", HANDLE, "uint32", "uint32", "uint32"]) as (
      message: Buffer,
      window: null,
      first: number,
      last: number,
      flags: number,
    ) => number,
    isDialogMessage: user("IsDialogMessageW", BOOL, [HANDLE, "void *"]) as (
      window: Handle,
      message: Buffer,
    ) => number,
    translateMessage: user("TranslateMessage", BOOL, ["void *"]) as (message: Buffer) => number,
    dispatchMessage: user("DispatchMessageW", "intptr", ["void *"]) as (message: Buffer) => number | bigint,
    getContext: user("GetDC", HANDLE, [HANDLE]) as (window: Handle) => Handle,
    releaseContext: user("ReleaseDC", "int", [HANDLE, HANDLE]) as (window: Handle, context: Handle) => number,
    drawText: user("DrawTextW", "int", [HANDLE, "str16", "int", inout(RECT), "uint32"]) as (
      context: Handle,
      text: string,
      length: number,
      rect: Rect,
      format: number,
    ) => number,
    fillRect: user("FillRect", "int", [HANDLE, koffi.pointer(RECT), HANDLE]) as (
      context: Handle,
      rect: Rect,
      brush: Handle,
    ) => number,
    createFont: gdi("CreateFontW", HANDLE, [
      ...Array.from({ length: 5 }, () => "int"),
      ...Array.from({ length: 8 }, () => "uint32"),
      "str16",
    ]) as (...parameters: [...number[], string]) => Handle,
    createBrush: gdi("CreateSolidBrush", HANDLE, ["uint32"]) as (colour: number) => Handle,
    createPen: gdi("CreatePen", HANDLE, ["int", "int", "uint32"]) as (
      style: number,
      width: number,
      colour: number,
    ) => Handle,
    selectObject: gdi("SelectObject", HANDLE, [HANDLE, HANDLE]) as (
      context: Handle,
      object: Handle,
    ) => Handle,
    deleteObject: gdi("DeleteObject", BOOL, [HANDLE]) as (object: Handle) => number,
    roundRect: gdi("RoundRect", BOOL, [HANDLE, "int", "int", "int", "int", "int", "int"]) as (
      context: Handle,
      left: number,
      top: number,
      right: number,
      bottom: number,
      width: number,
      height: number,
    ) => number,
    setTextColour: gdi("SetTextColor", "uint32", [HANDLE, "uint32"]) as (
      context: Handle,
      colour: number,
    ) => number,
    setBackColour: gdi("SetBkColor", "uint32", [HANDLE, "uint32"]) as (
      context: Handle,
      colour: number,
    ) => number,
    setBackMode: gdi("SetBkMode", "int", [HANDLE, "int"]) as (context: Handle, mode: number) => number,
    moduleHandle: kernel("GetModuleHandleW", HANDLE, [HANDLE]) as (name: null) => Handle,
    consoleWindow: kernel("GetConsoleWindow", HANDLE, []) as () => Handle,
    consoleProcesses: kernel("GetConsoleProcessList", "uint32", ["void *", "uint32"]) as (
      processIds: Buffer,
      most: number,
    ) => number,
  };
}

export type Win32Windows = ReturnType<typeof declareWindows>;

/** @throws when this Windows lacks one of the functions */
export function openWin32Windows(): Win32Windows {
  return declareWindows(declareHere);
}
