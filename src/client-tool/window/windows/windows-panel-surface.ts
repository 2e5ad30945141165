import koffi from "koffi";
import type { Handle, Point, Rect } from "../../machine/windows/win32";
import { type Box, colour, layOut, type Panel, type PanelLayout, type TextStyle } from "../panel";
import type { PanelSurface } from "../panel-tool-window";
import type { ToolLanguage } from "../tool-window";
import { colorRef, GdiPainter } from "./gdi-painter";
import { type DrawItem, structs, type Win32Windows, WindowProcedureType } from "./win32-windows";

const CLASS_NAME = "MadoguchiClientTool";
/** Looks for messages so often: while something happens, and while nothing does. */
const [BUSY_PUMP_MS, IDLE_PUMP_MS] = [15, 60];
const DPI_AT_100_PERCENT = 96;
/** From the edges of the screen, in pixels at 100 %. */
const CORNER_DISTANCE = 16;
/** Children are numbered from here; below are IDOK and IDCANCEL, which the keyboard sends. */
const FIRST_BUTTON_ID = 100;
const [ID_OK, ID_CANCEL] = [1, 2];

/** WS_POPUP | WS_CAPTION | WS_SYSMENU and WS_EX_TOPMOST | WS_EX_APPWINDOW. */
const STYLE = 0x8000_0000 + 0x00c0_0000 + 0x0008_0000;
const EXTENDED_STYLE = 0x0000_0008 + 0x0004_0000;
/** WS_CHILD | WS_VISIBLE, SS_NOPREFIX | SS_EDITCONTROL, and WS_TABSTOP | BS_OWNERDRAW. */
const CHILD = 0x5000_0000;
const TEXT_STYLE = CHILD + 0x80 + 0x2000;
const BUTTON_STYLE = CHILD + 0x0001_0000 + 0x0b;

const WM_CLOSE = 0x0010;
const WM_DRAWITEM = 0x002b;
const WM_SETFONT = 0x0030;
const WM_NCLBUTTONDOWN = 0x00a1;
const WM_NCLBUTTONUP = 0x00a2;
/** WM_NCLBUTTONDBLCLK, WM_NCRBUTTONDOWN, WM_NCRBUTTONUP: would open menus, or maximise. */
const TITLE_BAR_EXTRAS: readonly number[] = [0x00a3, 0x00a4, 0x00a5];
const WM_COMMAND = 0x0111;
const WM_SYSCOMMAND = 0x0112;
const WM_CTLCOLORSTATIC = 0x0138;
const WM_MOUSEMOVE = 0x0200;
const WM_LBUTTONUP = 0x0202;
const WM_CAPTURECHANGED = 0x0215;
const WM_DPICHANGED = 0x02e0;
const [HIT_CAPTION, HIT_CLOSE] = [2, 20];
/** SC_MOVE, SC_MOUSEMENU, SC_KEYMENU: each of them has a message loop of its own. */
const MODAL_COMMANDS: readonly number[] = [0xf010, 0xf090, 0xf100];
const [IS_SELECTED, HAS_FOCUS] = [0x0001, 0x0010];

const [HIDE, SHOW, SHOW_INACTIVE] = [0, 5, 4];
const TOPMOST = -1;
const [NO_SIZE, NO_ACTIVATE] = [0x0001, 0x0010];
const WORK_AREA = 48;
const REMOVE_MESSAGE = 1;
const ARROW_CURSOR = 32512;

type Shown = {
  panel: Panel;
  layout: PanelLayout;
  buttons: Handle[];
  /** By the control that shows it. */
  texts: Map<Handle, TextStyle>;
};

/**
 * A small Win32 window that shows one panel at a time, with real controls in it, so that screen readers find them. Its messages are
 * looked for by a timer: nothing here may run a message loop of its own, since Node stands still meanwhile. That is why moving the
 * window by its title bar is done by hand, and why there is no system menu.
 */
export class WindowsPanelSurface implements PanelSurface {
  readonly #win32: Win32Windows;
  readonly #language: ToolLanguage;
  readonly #instance: Handle;
  readonly #procedure: bigint;
  readonly #window: Handle;
  readonly #message = Buffer.alloc(koffi.sizeof(structs.MSG));
  #painter: GdiPainter;
  #dpi: number;
  #pump: NodeJS.Timeout | null = null;
  #shown: Shown | null = null;
  /** Where in the window the mouse has taken hold of it. */
  #drag: Point | null = null;
  /** By the customer, since it came to where it is. */
  #isMoved = false;
  #isClosed = false;

  /** @throws when Windows makes no window, as without a desktop */
  constructor(win32: Win32Windows, language: ToolLanguage) {
    this.#win32 = win32;
    this.#language = language;
    this.#instance = win32.moduleHandle(null);
    this.#procedure = koffi.register(
      (window: Handle, message: number, wide: number | bigint, long: number | bigint) =>
        this.#answer(window, message, wide, long),
      koffi.pointer(WindowProcedureType),
    );
    win32.registerClass({
      cbSize: koffi.sizeof(structs.WNDCLASSEXW),
      style: 0,
      lpfnWndProc: this.#procedure,
      cbClsExtra: 0,
      cbWndExtra: 0,
      hInstance: this.#instance,
      hIcon: null,
      hCursor: win32.loadCursor(null, ARROW_CURSOR),
      // The class has it from here on, and deletes it.
      hbrBackground: win32.createBrush(colorRef(colour.ground)),
      lpszMenuName: null,
      lpszClassName: CLASS_NAME,
      hIconSm: null,
    });
    this.#window = win32.createWindow(
      EXTENDED_STYLE,
      CLASS_NAME,
      "",
      STYLE,
      0,
      0,
      1,
      1,
      null,
      0,
      this.#instance,
      null,
    );
    if (!this.#window) {
      this.#forgetClass();
      throw new Error("CreateWindowExW made no window");
    }
    this.#dpi = win32.dpiOf(this.#window) || DPI_AT_100_PERCENT;
    this.#painter = new GdiPainter(win32, this.#dpi / DPI_AT_100_PERCENT, language);
  }

  show(panel: Panel): void {
    if (this.#isClosed) return;
    const before = this.#shown;
    const focused = before ? before.buttons.indexOf(this.#win32.focus()) : -1;
    const shown = this.#build(panel);
    this.#win32.setText(this.#window, panel.title);
    const isElsewhere = before?.panel.place !== panel.place;
    this.#place(shown, isElsewhere);
    if (panel.place === "corner") {
      this.#win32.showWindow(this.#window, SHOW_INACTIVE);
    } else if (isElsewhere || shown.buttons.length !== before?.buttons.length) {
      this.#win32.showWindow(this.#window, SHOW);
      this.#win32.setForeground(this.#window);
      // The window itself takes Tab and Esc, and Enter leads nowhere from there.
      const first = panel.keyboard === "first" ? shown.buttons[0] : undefined;
      this.#win32.setFocus(first ?? this.#window);
    } else if (focused !== -1) {
      this.#win32.setFocus(shown.buttons[focused] ?? this.#window);
    }
    // Paints at once: what follows may keep Node busy for a while.
    this.#takeMessages();
    this.#pump ??= this.#pumpAfter(BUSY_PUMP_MS);
  }

  hide(): void {
    if (this.#isClosed) return;
    this.#win32.showWindow(this.#window, HIDE);
    this.#clear();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (this.#pump) clearTimeout(this.#pump);
    this.#shown = null;
    this.#win32.destroyWindow(this.#window);
    this.#painter.close();
    this.#forgetClass();
  }

  #forgetClass(): void {
    this.#win32.unregisterClass(CLASS_NAME, this.#instance);
    koffi.unregister(this.#procedure);
  }

  #clear(): void {
    for (const control of [...(this.#shown?.texts.keys() ?? []), ...(this.#shown?.buttons ?? [])]) {
      this.#win32.destroyWindow(control);
    }
    this.#shown = null;
  }

  /** Puts the panel's controls into the window, in place of those before. */
  #build(panel: Panel): Shown {
    this.#clear();
    const layout = layOut(panel, this.#painter);
    const texts = new Map<Handle, TextStyle>();
    for (const { text, style, at } of layout.texts) {
      const { height } = this.#painter.measure(text, style, at.width);
      texts.set(this.#control("STATIC", text, TEXT_STYLE, 0, { ...at, height }, style), style);
    }
    const size = panel.place === "middle" ? 18 : 16;
    const style: TextStyle = { size, isBold: true, colour: colour.ink };
    const buttons = layout.buttons.map(({ label, box }, index) =>
      this.#control("BUTTON", label, BUTTON_STYLE, FIRST_BUTTON_ID + index, box, style),
    );
    const shown: Shown = { panel, layout, buttons, texts };
    this.#shown = shown;
    return shown;
  }

  #control(kind: string, text: string, look: number, id: number, at: Box, style: TextStyle): Handle {
    const { x, y, width, height } = this.#painter.box(at);
    const control = this.#win32.createWindow(
      0,
      kind,
      text,
      look,
      x,
      y,
      width,
      height,
      this.#window,
      id,
      this.#instance,
      null,
    );
    this.#win32.sendMessage(control, WM_SETFONT, this.#painter.font(style) ?? 0, 1);
    return control;
  }

  /** In the middle or the corner of the primary monitor; where the customer has moved it to as long as it stays the same kind. */
  #place({ panel, layout }: Shown, isElsewhere: boolean): void {
    const outer: Rect = {
      left: 0,
      top: 0,
      right: this.#painter.pixels(layout.width),
      bottom: this.#painter.pixels(layout.height),
    };
    this.#win32.outerRect(outer, STYLE, 0, EXTENDED_STYLE, this.#dpi);
    const [width, height] = [outer.right - outer.left, outer.bottom - outer.top];
    const { x, y } = this.#corner(panel.place, width, height, isElsewhere);
    this.#win32.setPosition(this.#window, TOPMOST, x, y, width, height, NO_ACTIVATE);
    this.#win32.invalidate(this.#window, null, 1);
  }

  #corner(place: Panel["place"], width: number, height: number, isElsewhere: boolean): Point {
    const is: Partial<Rect> = {};
    this.#win32.windowRect(this.#window, is);
    const { left = 0, top = 0, right = 0, bottom = 0 } = is;
    if (!isElsewhere && this.#isMoved)
      return place === "middle" ? { x: left, y: top } : { x: right - width, y: bottom - height };
    this.#isMoved = false;
    const area: Partial<Rect> = {};
    this.#win32.workArea(WORK_AREA, 0, area, 0);
    const [areaWidth, areaHeight] = [
      (area.right ?? 0) - (area.left ?? 0),
      (area.bottom ?? 0) - (area.top ?? 0),
    ];
    const [x, y] = [area.left ?? 0, area.top ?? 0];
    if (place === "middle") {
      return {
        x: x + Math.max(Math.floor((areaWidth - width) / 2), 0),
        y: y + Math.max(Math.floor((areaHeight - height) / 2), 0),
      };
    }
    const distance = this.#painter.pixels(CORNER_DISTANCE);
    return { x: x + areaWidth - width - distance, y: y + areaHeight - height - distance };
  }

  #pumpAfter(ms: number): NodeJS.Timeout {
    return setTimeout(() => {
      const isBusy = this.#takeMessages();
      if (!this.#isClosed) this.#pump = this.#pumpAfter(isBusy ? BUSY_PUMP_MS : IDLE_PUMP_MS);
    }, ms);
  }

  /** @returns whether there were any */
  #takeMessages(): boolean {
    let hasTaken = false;
    while (!this.#isClosed && this.#win32.peekMessage(this.#message, null, 0, 0, REMOVE_MESSAGE) !== 0) {
      hasTaken = true;
      if (this.#win32.isDialogMessage(this.#window, this.#message) !== 0) continue;
      this.#win32.translateMessage(this.#message);
      this.#win32.dispatchMessage(this.#message);
    }
    return hasTaken;
  }

  /** The window procedure. What the customer asks for happens once Windows has its answer: it may take this very window away. */
  #answer(window: Handle, message: number, wide: number | bigint, long: number | bigint): number | bigint {
    try {
      const answer = this.#isClosed ? null : this.#handle(message, wide, long);
      if (answer !== null) return answer;
    } catch (error) {
      // An exception must not go through Windows' own code, and has to be seen somewhere.
      setImmediate(() => {
        throw error;
      });
    }
    return this.#win32.defaultProcedure(window, message, wide, long);
  }

  /** @returns null for what Windows is to deal with itself */
  #handle(message: number, wide: number | bigint, long: number | bigint): number | bigint | null {
    switch (message) {
      case WM_COMMAND:
        this.#command(Number(wide) & 0xffff);
        return 0;
      case WM_CLOSE:
        this.#dismiss();
        return 0;
      case WM_CTLCOLORSTATIC: {
        const style = this.#shown?.texts.get(BigInt(long));
        return style ? (this.#painter.prepareText(BigInt(wide), style) ?? 0) : null;
      }
      case WM_DRAWITEM:
        this.#drawButton(koffi.decode(BigInt(long), structs.DRAWITEMSTRUCT));
        return 1;
      case WM_DPICHANGED:
        this.#rescale(Number(wide) & 0xffff);
        return 0;
      case WM_NCLBUTTONDOWN:
        if (Number(wide) === HIT_CAPTION) this.#beginDrag();
        return Number(wide) === HIT_CAPTION || Number(wide) === HIT_CLOSE ? 0 : null;
      case WM_NCLBUTTONUP:
        if (Number(wide) !== HIT_CLOSE) return null;
        this.#dismiss();
        return 0;
      case WM_MOUSEMOVE:
        this.#dragOn();
        return null;
      case WM_LBUTTONUP:
        if (this.#drag) this.#win32.releaseCapture();
        return null;
      case WM_CAPTURECHANGED:
        this.#drag = null;
        return null;
      case WM_SYSCOMMAND:
        return MODAL_COMMANDS.includes(Number(wide) & 0xfff0) ? 0 : null;
      default:
        return TITLE_BAR_EXTRAS.includes(message) ? 0 : null;
    }
  }

  #command(id: number): void {
    const shown = this.#shown;
    if (!shown) return;
    if (id === ID_CANCEL) {
      if (shown.panel.place === "middle") this.#dismiss();
      return;
    }
    const index = id === ID_OK ? shown.buttons.indexOf(this.#win32.focus()) : id - FIRST_BUTTON_ID;
    const button = shown.panel.buttons[index];
    if (button) setImmediate(button.press);
  }

  #dismiss(): void {
    if (this.#shown) setImmediate(this.#shown.panel.dismiss);
  }

  #drawButton({ CtlID, itemState, hDC, rcItem }: DrawItem): void {
    const panel = this.#shown?.panel;
    const button = panel?.buttons[CtlID - FIRST_BUTTON_ID];
    if (!panel || !button) return;
    this.#painter.button(hDC, rcItem, button, {
      size: panel.place === "middle" ? 18 : 16,
      isPressed: (itemState & IS_SELECTED) !== 0,
      hasFocus: (itemState & HAS_FOCUS) !== 0,
    });
  }

  /** The window has come to a monitor with another scaling. */
  #rescale(dpi: number): void {
    if (dpi === this.#dpi || dpi === 0) return;
    this.#dpi = dpi;
    this.#painter.close();
    this.#painter = new GdiPainter(this.#win32, dpi / DPI_AT_100_PERCENT, this.#language);
    const shown = this.#shown;
    if (shown) this.#place(this.#build(shown.panel), false);
  }

  #beginDrag(): void {
    const at: Partial<Point> = {};
    const is: Partial<Rect> = {};
    if (this.#win32.cursorPosition(at) === 0 || this.#win32.windowRect(this.#window, is) === 0) return;
    this.#win32.setCapture(this.#window);
    this.#drag = { x: (at.x ?? 0) - (is.left ?? 0), y: (at.y ?? 0) - (is.top ?? 0) };
  }

  #dragOn(): void {
    const at: Partial<Point> = {};
    if (!this.#drag || this.#win32.cursorPosition(at) === 0) return;
    const [x, y] = [(at.x ?? 0) - this.#drag.x, (at.y ?? 0) - this.#drag.y];
    this.#isMoved = true;
    this.#win32.setPosition(this.#window, TOPMOST, x, y, 0, 0, NO_SIZE + NO_ACTIVATE);
  }
}
