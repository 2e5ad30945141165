// The functions of Xlib and its extensions that are used here, as koffi calls them. Layouts are those of 64-bit Linux.
import koffi, { type LibraryHandle } from "koffi";
import { MachineError } from "../../machine";

/** An address in this process. */
export type Pointer = bigint;
/** A window, an atom or another resource of the X server. */
export type Xid = number;
/** Xlib's truth values: koffi takes no boolean for a C int. */
type Bool = number;
/** Memory that a function reads or fills. */
type Memory = Buffer | BigUint64Array | Int32Array | Uint32Array | Uint8Array;

export interface Xlib {
  openDisplay(name: string | null): Pointer | null;
  closeDisplay(display: Pointer): number;
  defaultRootWindow(display: Pointer): Xid;
  connectionNumber(display: Pointer): number;
  flush(display: Pointer): number;
  sync(display: Pointer, discard: Bool): number;
  /** Events that can be taken without waiting; reads what has arrived, after having sent what was not yet. */
  pending(display: Pointer): number;
  nextEvent(display: Pointer, event: Memory): number;
  selectInput(display: Pointer, window: Xid, mask: number): number;
  sendEvent(display: Pointer, window: Xid, propagate: Bool, mask: number, event: Memory): number;
  internAtom(display: Pointer, name: string, onlyIfExists: Bool): Xid;
  getAtomName(display: Pointer, atom: Xid): Pointer | null;
  free(memory: Pointer): number;
  queryExtension(display: Pointer, name: string, opcode: Memory, event: Memory, error: Memory): Bool;
  /** @param results root and child (8 bytes each) */
  queryPointer(
    display: Pointer,
    window: Xid,
    root: Memory,
    child: Memory,
    rootX: Memory,
    rootY: Memory,
    x: Memory,
    y: Memory,
    mask: Memory,
  ): Bool;
  queryTree(
    display: Pointer,
    window: Xid,
    root: Memory,
    parent: Memory,
    children: Memory,
    count: Memory,
  ): number;
  getInputFocus(display: Pointer, focus: Memory, revertTo: Memory): number;
  /** @returns 0 when the window answered, whether or not it has the property */
  getWindowProperty(
    display: Pointer,
    window: Xid,
    property: Xid,
    offset: number,
    length: number,
    isDeleted: Bool,
    type: Xid,
    actualType: Memory,
    actualFormat: Memory,
    items: Memory,
    bytesAfter: Memory,
    data: Memory,
  ): number;
  changeProperty(
    display: Pointer,
    window: Xid,
    property: Xid,
    type: Xid,
    format: number,
    mode: number,
    data: Memory,
    items: number,
  ): number;
  deleteProperty(display: Pointer, window: Xid, property: Xid): number;
  createSimpleWindow(
    display: Pointer,
    parent: Xid,
    x: number,
    y: number,
    width: number,
    height: number,
    borderWidth: number,
    border: number,
    background: number,
  ): Xid;
  destroyWindow(display: Pointer, window: Xid): number;
  getGeometry(
    display: Pointer,
    drawable: Xid,
    root: Memory,
    x: Memory,
    y: Memory,
    width: Memory,
    height: Memory,
    borderWidth: Memory,
    depth: Memory,
  ): number;
  setSelectionOwner(display: Pointer, selection: Xid, window: Xid, time: number): number;
  getSelectionOwner(display: Pointer, selection: Xid): Xid;
  convertSelection(
    display: Pointer,
    selection: Xid,
    target: Xid,
    property: Xid,
    window: Xid,
    time: number,
  ): number;
  displayKeycodes(display: Pointer, lowest: Memory, highest: Memory): number;
  getKeyboardMapping(display: Pointer, first: number, count: number, perKeycode: Memory): Pointer | null;
  changeKeyboardMapping(
    display: Pointer,
    first: number,
    perKeycode: number,
    keysyms: Memory,
    count: number,
  ): number;
  getModifierMapping(display: Pointer): Pointer | null;
  freeModifierMapping(mapping: Pointer): number;
  queryKeymap(display: Pointer, keys: Memory): number;
  getKeyboardControl(display: Pointer, state: Memory): number;
  changeKeyboardControl(display: Pointer, mask: number, values: Memory): number;
  xkbGetMap(display: Pointer, which: number, device: number): Pointer | null;
  xkbFreeKeyboard(description: Pointer, which: number, isAll: Bool): void;
  xkbTranslateKeyCode(
    description: Pointer,
    keycode: number,
    modifiers: number,
    consumed: Memory,
    keysym: Memory,
  ): Bool;
  xkbKeysymToModifiers(display: Pointer, keysym: number): number;
  xkbGetState(display: Pointer, device: number, state: Memory): number;
  xkbLockModifiers(display: Pointer, device: number, affect: number, values: number): Bool;
  /** @returns 0 where the server or the library knows no XKB */
  xkbQueryExtension(
    display: Pointer,
    opcode: Memory,
    event: Memory,
    error: Memory,
    major: Memory,
    minor: Memory,
  ): Bool;
  xkbSelectEvents(display: Pointer, device: number, affect: number, values: number): Bool;
  setErrorHandler(handler: Pointer | null): Pointer | null;
  setIoErrorHandler(handler: Pointer | null): Pointer | null;
  /** Missing before libX11 1.7. */
  setIoErrorExitHandler?: (display: Pointer, handler: Pointer, data: null) => void;
}

/** XTEST: input as if a device had sent it. */
export interface XTest {
  queryExtension(display: Pointer, event: Memory, error: Memory, major: Memory, minor: Memory): Bool;
  fakeMotion(display: Pointer, screen: number, x: number, y: number, delay: number): number;
  fakeButton(display: Pointer, button: number, isDown: Bool, delay: number): number;
  fakeKey(display: Pointer, keycode: number, isDown: Bool, delay: number): number;
}

/** RandR: the monitors. */
export interface XRandr {
  queryVersion(display: Pointer, major: Memory, minor: Memory): number;
  getMonitors(display: Pointer, window: Xid, onlyActive: Bool, count: Memory): Pointer | null;
  freeMonitors(monitors: Pointer): void;
}

/** Called by Xlib; kept registered for as long as the process runs, since Xlib may call at any time. */
const ErrorHandler = koffi.proto("int (void *display, void *event)");
const IoErrorHandler = koffi.proto("int (void *display)");
const IoErrorExitHandler = koffi.proto("void (void *display, void *data)");

export function registerErrorHandler(handler: (display: Pointer, event: Pointer) => number): Pointer {
  return koffi.register(handler, koffi.pointer(ErrorHandler));
}

export function registerIoErrorHandler(handler: (display: Pointer) => number): Pointer {
  return koffi.register(handler, koffi.pointer(IoErrorHandler));
}

export function registerIoErrorExitHandler(handler: (display: Pointer) => void): Pointer {
  return koffi.register(handler, koffi.pointer(IoErrorExitHandler));
}

let xlib: Xlib | undefined;

/** @throws MachineError when the library is not installed */
export function loadXlib(): Xlib {
  if (xlib !== undefined) return xlib;
  const lib = loadLibrary("libX11.so.6");
  const loaded: Xlib = {
    openDisplay: lib.func("void *XOpenDisplay(const char *name)"),
    closeDisplay: lib.func("int XCloseDisplay(void *display)"),
    defaultRootWindow: lib.func("ulong XDefaultRootWindow(void *display)"),
    connectionNumber: lib.func("int XConnectionNumber(void *display)"),
    flush: lib.func("int XFlush(void *display)"),
    sync: lib.func("int XSync(void *display, int discard)"),
    pending: lib.func("int XPending(void *display)"),
    nextEvent: lib.func("int XNextEvent(void *display, void *event)"),
    selectInput: lib.func("int XSelectInput(void *display, ulong window, long mask)"),
    sendEvent: lib.func("int XSendEvent(void *display, ulong window, int propagate, long mask, void *event)"),
    internAtom: lib.func("ulong XInternAtom(void *display, const char *name, int onlyIfExists)"),
    getAtomName: lib.func("void *XGetAtomName(void *display, ulong atom)"),
    free: lib.func("int XFree(void *memory)"),
    queryExtension: lib.func("int XQueryExtension(void *d, const char *name, void *, void *, void *)"),
    queryPointer: lib.func(
      "int XQueryPointer(void *d, ulong w, void *, void *, void *, void *, void *, void *, void *)",
    ),
    queryTree: lib.func("int XQueryTree(void *d, ulong w, void *, void *, void *, void *)"),
    getInputFocus: lib.func("int XGetInputFocus(void *display, void *focus, void *revertTo)"),
    getWindowProperty: lib.func(
      "int XGetWindowProperty(void *d, ulong w, ulong p, long o, long l, int x, ulong t, void *, void *, void *, void *, void *)",
    ),
    changeProperty: lib.func(
      "int XChangeProperty(void *d, ulong w, ulong p, ulong t, int f, int m, void *data, int n)",
    ),
    deleteProperty: lib.func("int XDeleteProperty(void *display, ulong window, ulong property)"),
    createSimpleWindow: lib.func(
      "ulong XCreateSimpleWindow(void *d, ulong p, int x, int y, uint w, uint h, uint b, ulong c, ulong g)",
    ),
    destroyWindow: lib.func("int XDestroyWindow(void *display, ulong window)"),
    getGeometry: lib.func(
      "int XGetGeometry(void *d, ulong w, void *, void *, void *, void *, void *, void *, void *)",
    ),
    setSelectionOwner: lib.func("int XSetSelectionOwner(void *display, ulong s, ulong window, ulong time)"),
    getSelectionOwner: lib.func("ulong XGetSelectionOwner(void *display, ulong selection)"),
    convertSelection: lib.func(
      "int XConvertSelection(void *d, ulong s, ulong t, ulong p, ulong w, ulong time)",
    ),
    displayKeycodes: lib.func("int XDisplayKeycodes(void *display, void *lowest, void *highest)"),
    getKeyboardMapping: lib.func("void *XGetKeyboardMapping(void *d, uchar first, int count, void *per)"),
    changeKeyboardMapping: lib.func(
      "int XChangeKeyboardMapping(void *d, int first, int per, void *syms, int n)",
    ),
    getModifierMapping: lib.func("void *XGetModifierMapping(void *display)"),
    freeModifierMapping: lib.func("int XFreeModifiermap(void *mapping)"),
    queryKeymap: lib.func("int XQueryKeymap(void *display, void *keys)"),
    getKeyboardControl: lib.func("int XGetKeyboardControl(void *display, void *state)"),
    changeKeyboardControl: lib.func("int XChangeKeyboardControl(void *display, ulong mask, void *values)"),
    xkbGetMap: lib.func("void *XkbGetMap(void *display, uint which, uint device)"),
    xkbFreeKeyboard: lib.func("void XkbFreeKeyboard(void *description, uint which, int isAll)"),
    xkbTranslateKeyCode: lib.func("int XkbTranslateKeyCode(void *x, uchar key, uint mods, void *, void *)"),
    xkbKeysymToModifiers: lib.func("uint XkbKeysymToModifiers(void *display, ulong keysym)"),
    xkbGetState: lib.func("int XkbGetState(void *display, uint device, void *state)"),
    xkbLockModifiers: lib.func("int XkbLockModifiers(void *d, uint device, uint affect, uint values)"),
    xkbQueryExtension: lib.func("int XkbQueryExtension(void *d, void *, void *, void *, void *, void *)"),
    xkbSelectEvents: lib.func("int XkbSelectEvents(void *d, uint device, ulong affect, ulong values)"),
    setErrorHandler: lib.func("void *XSetErrorHandler(void *handler)"),
    setIoErrorHandler: lib.func("void *XSetIOErrorHandler(void *handler)"),
  };
  const exitHandler = "void XSetIOErrorExitHandler(void *display, void *handler, void *data)";
  if (hasSymbol(lib, "XSetIOErrorExitHandler")) loaded.setIoErrorExitHandler = lib.func(exitHandler);
  xlib = loaded;
  return loaded;
}

/** @throws MachineError when the library is not installed */
export function loadXTest(): XTest {
  const lib = loadLibrary("libXtst.so.6");
  return {
    queryExtension: lib.func("int XTestQueryExtension(void *display, void *, void *, void *, void *)"),
    fakeMotion: lib.func("int XTestFakeMotionEvent(void *d, int screen, int x, int y, ulong delay)"),
    fakeButton: lib.func("int XTestFakeButtonEvent(void *d, uint button, int isDown, ulong delay)"),
    fakeKey: lib.func("int XTestFakeKeyEvent(void *d, uint keycode, int isDown, ulong delay)"),
  };
}

/** @returns null where the library is not installed, or knows no monitors (before RandR 1.5) */
export function loadXRandr(): XRandr | null {
  try {
    const lib = loadLibrary("libXrandr.so.2");
    return {
      queryVersion: lib.func("int XRRQueryVersion(void *display, void *major, void *minor)"),
      getMonitors: lib.func("void *XRRGetMonitors(void *d, ulong window, int onlyActive, void *count)"),
      freeMonitors: lib.func("void XRRFreeMonitors(void *monitors)"),
    };
  } catch {
    return null;
  }
}

/** Kept for good: koffi unloads a library that nothing refers to, and X displays still call into theirs when they are closed. */
const libraries = new Map<string, LibraryHandle>();

/** @throws MachineError that names the library */
export function loadLibrary(soname: string): LibraryHandle {
  const known = libraries.get(soname);
  if (known !== undefined) return known;
  try {
    const library = koffi.load(soname);
    libraries.set(soname, library);
    return library;
  } catch (error) {
    throw new MachineError("failed", `${soname} is not installed on this system.`, { cause: error });
  }
}

function hasSymbol(lib: LibraryHandle, name: string): boolean {
  try {
    lib.symbol(name);
    return true;
  } catch {
    return false;
  }
}
