import type { Monitor } from "@/protocol/control";
import type { DesktopEnvironment } from "../../machine/linux/environment";
import { readMonitors, readScale } from "../../machine/linux/monitors";
import { readXids, X11Connection, type XEvent } from "../../machine/linux/x11/connection";
import { loadXRandr, type Xid } from "../../machine/linux/x11/xlib";
import { buttonAt, colour, drawPanel, layOut, type Panel, type PanelLayout } from "../panel";
import type { ToolLanguage } from "../tool-window";
import { loadXWindows, type XWindows } from "./drawing-libraries";
import { releaseFontMemory } from "./font-memory";
import { Painter } from "./painter";
import { announceWindow, setPlacement } from "./window-properties";

const [KEY_PRESS, BUTTON_PRESS, BUTTON_RELEASE] = [2, 4, 5];
const [FOCUS_IN, FOCUS_OUT, EXPOSE, CLIENT_MESSAGE] = [9, 10, 12, 33];
/** Keys, buttons, exposure, structure, focus. */
const EVENT_MASK = (1 << 0) | (1 << 2) | (1 << 3) | (1 << 15) | (1 << 17) | (1 << 21);
/** SubstructureNotify | SubstructureRedirect: who listens to the root window for messages to the window manager. */
const ROOT_MASK = (1 << 19) | (1 << 20);
const NOTIFY_POINTER = 5;
const SHIFT = 1;
/** XK_Return, XK_KP_Enter and the space bar press a button; XK_Tab and the arrows go to the next one. */
const PRESSING_KEYS: readonly number[] = [0xff0d, 0xff8d, 0x20];
const [ESCAPE, TAB, LEFT, RIGHT] = [0xff1b, 0xff09, 0xff51, 0xff53];
/** From the edges of the screen, in pixels at 100 %. */
const CORNER_DISTANCE = 16;
/** What is drawn soon again keeps its fonts. */
const REST_AFTER_MS = 1_000;

/** A window that shows one panel at a time. Nothing runs while nothing happens: it is drawn when the X server asks for it. */
export class PanelWindow {
  readonly #connection: X11Connection;
  readonly #windows: XWindows;
  readonly #window: Xid;
  readonly #scale: number;
  readonly #painter: Painter;
  readonly #environment: DesktopEnvironment;
  #shown: { panel: Panel; layout: PanelLayout } | null = null;
  /** Null: no button has the keyboard. */
  #focused: number | null = null;
  #pressed: number | null = null;
  #hasFocus = false;
  #isDirty = false;
  #isTakingEvents = false;
  #rest: NodeJS.Timeout | null = null;
  #closed = false;

  /** @throws MachineError when the X server does not answer, or a library is missing */
  constructor(displayName: string, environment: DesktopEnvironment, language: ToolLanguage) {
    this.#environment = environment;
    this.#windows = loadXWindows();
    this.#connection = X11Connection.open(displayName);
    const { xlib, display, root } = this.#connection;
    this.#scale = readScale(this.#connection, environment);
    this.#window = xlib.createSimpleWindow(display, root, 0, 0, 1, 1, 0, 0, colour.ground);
    const visual = this.#windows.defaultVisual(display, this.#windows.defaultScreen(display));
    try {
      this.#painter = new Painter({ display, window: this.#window, visual }, this.#scale, language);
    } catch (error) {
      this.#connection.close();
      throw error;
    }
    xlib.selectInput(display, this.#window, EVENT_MASK);
    announceWindow(this.#connection, this.#window);
    this.#connection.pump(() => this.#takeEvents());
  }

  /** Replaces what was shown; without an X server the panel is dismissed. In the corner it never takes the keyboard away from the program that has it. */
  show(panel: Panel): void {
    if (!this.#connection.isAlive) {
      if (!this.#closed) queueMicrotask(panel.dismiss);
      return;
    }
    const before = this.#shown;
    const layout = layOut(panel, this.#painter);
    this.#shown = { panel, layout };
    // A panel that only says something new keeps the keyboard where it is.
    const isSameKind = before?.panel.place === panel.place && sameButtons(before.panel, panel);
    if (!isSameKind) {
      this.#focused = firstFocus(panel);
      this.#pressed = null;
    }
    this.#place(before);
    this.#isDirty = true;
    this.#takeEvents();
  }

  /** Until the next panel is shown. */
  hide(): void {
    this.#shown = null;
    if (!this.#connection.isAlive) return;
    const { display } = this.#connection;
    this.#windows.withdrawWindow(display, this.#window, this.#windows.defaultScreen(display));
    this.#takeEvents();
  }

  /** Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#shown = null;
    if (this.#rest !== null) clearTimeout(this.#rest);
    if (this.#connection.isAlive) this.#painter.close();
    this.#connection.close();
  }

  #place(before: { panel: Panel; layout: PanelLayout } | null): void {
    if (this.#shown === null) return;
    const { panel, layout } = this.#shown;
    const isElsewhere = before?.panel.place !== panel.place;
    const isResized = before?.layout.width !== layout.width || before.layout.height !== layout.height;
    const { display } = this.#connection;
    // A window that is withdrawn and shown again where it is to be: window managers give its keyboard back to the program before.
    if (isElsewhere && before !== null) {
      this.#hasFocus = false;
      this.#windows.withdrawWindow(display, this.#window, this.#windows.defaultScreen(display));
    }
    if (isElsewhere || isResized) {
      const area = placeOn(this.#monitor(), panel.place, layout, this.#scale);
      setPlacement(this.#connection, this.#window, panel.place, area);
      this.#windows.moveResizeWindow(display, this.#window, area.x, area.y, area.width, area.height);
      this.#painter.resize(layout.width, layout.height);
    }
    const name = Buffer.from(panel.title);
    for (const property of ["_NET_WM_NAME", "WM_NAME"]) {
      const [atom, type] = [this.#connection.atom(property), this.#connection.atom("UTF8_STRING")];
      this.#connection.setProperty(this.#window, atom, type, 8, name);
    }
    if (isElsewhere) this.#windows.mapWindow(display, this.#window);
    this.#windows.raiseWindow(display, this.#window);
    if (panel.place === "middle" && !isElsewhere && panel.buttons.length > 0) this.#askForKeyboard();
  }

  #askForKeyboard(): void {
    const { root } = this.#connection;
    const APPLICATION = 1;
    const type = this.#connection.atom("_NET_ACTIVE_WINDOW");
    this.#connection.sendClientMessage(root, ROOT_MASK, this.#window, type, [APPLICATION, 0, 0]);
  }

  #monitor(): Monitor {
    const monitors = readMonitors(this.#connection, loadXRandr(), this.#environment);
    const primary = monitors.find(({ isPrimary }) => isPrimary) ?? monitors[0];
    if (primary === undefined) throw new Error("An X server without any monitor still has its screen.");
    return workArea(this.#connection, primary);
  }

  #takeEvents(): void {
    // What an event sets off shows another panel, which looks for events itself.
    if (this.#isTakingEvents) return;
    this.#isTakingEvents = true;
    try {
      do {
        for (const event of this.#connection.events()) this.#handle(event);
        this.#draw();
      } while (this.#connection.isAlive && this.#connection.xlib.pending(this.#connection.display) > 0);
    } finally {
      this.#isTakingEvents = false;
    }
    if (!this.#connection.isAlive && !this.#closed) this.#shown?.panel.dismiss();
  }

  #handle(event: XEvent): void {
    const shown = this.#shown;
    if (shown === null) return;
    switch (event.readInt32LE(0)) {
      case EXPOSE:
        this.#isDirty = true;
        return;
      case FOCUS_IN:
      case FOCUS_OUT:
        // XFocusChangeEvent's detail: where the pointer is says nothing of the keyboard.
        if (event.readInt32LE(44) === NOTIFY_POINTER) return;
        this.#hasFocus = event.readInt32LE(0) === FOCUS_IN;
        this.#isDirty = true;
        return;
      case KEY_PRESS:
        this.#handleKey(shown, event);
        return;
      case BUTTON_PRESS:
        this.#pressed = this.#buttonUnder(shown.layout, event);
        if (this.#pressed !== null) this.#focused = this.#pressed;
        this.#isDirty = true;
        return;
      case BUTTON_RELEASE: {
        const pressed = this.#pressed;
        this.#pressed = null;
        this.#isDirty = true;
        if (pressed !== null && this.#buttonUnder(shown.layout, event) === pressed) {
          shown.layout.buttons[pressed]?.press();
        }
        return;
      }
      case CLIENT_MESSAGE:
        this.#handleMessage(shown.panel, event);
    }
  }

  #handleKey({ panel, layout }: { panel: Panel; layout: PanelLayout }, event: XEvent): void {
    const symbol = this.#windows.lookupKeysym(event, 0);
    if (PRESSING_KEYS.includes(symbol)) {
      if (this.#focused !== null) layout.buttons[this.#focused]?.press();
      return;
    }
    if (symbol === ESCAPE && panel.place === "middle") {
      panel.dismiss();
      return;
    }
    this.#isDirty = true;
    const isBackwards = symbol === RIGHT || (symbol === TAB && (event.readUInt32LE(80) & SHIFT) !== 0);
    const count = layout.buttons.length;
    if (symbol === ESCAPE) this.#focused = firstFocus(panel);
    else if ((symbol === TAB || symbol === LEFT || symbol === RIGHT) && count > 0) {
      const before = this.#focused ?? (isBackwards ? count : -1);
      this.#focused = (before + (isBackwards ? count - 1 : 1)) % count;
    }
  }

  #handleMessage(panel: Panel, event: XEvent): void {
    const protocol = event.readUInt32LE(56);
    if (protocol === this.#connection.atom("WM_DELETE_WINDOW")) panel.dismiss();
    if (protocol !== this.#connection.atom("_NET_WM_PING")) return;
    const { root } = this.#connection;
    const type = this.#connection.atom("WM_PROTOCOLS");
    const values = [protocol, event.readUInt32LE(64), this.#window];
    this.#connection.sendClientMessage(root, ROOT_MASK, root, type, values);
  }

  #buttonUnder(layout: PanelLayout, event: XEvent): number | null {
    // XButtonEvent: x and y in the window, then which button.
    const LEFT_BUTTON = 1;
    if (event.readUInt32LE(84) !== LEFT_BUTTON) return null;
    return buttonAt(layout, event.readInt32LE(64) / this.#scale, event.readInt32LE(68) / this.#scale);
  }

  #draw(): void {
    if (!this.#isDirty || this.#shown === null || !this.#connection.isAlive) return;
    this.#isDirty = false;
    const { panel, layout } = this.#shown;
    const focused = this.#hasFocus ? this.#focused : null;
    this.#painter.frame(() => drawPanel(panel, layout, this.#painter, { focused, pressed: this.#pressed }));
    this.#connection.flush();
    if (this.#rest !== null) clearTimeout(this.#rest);
    this.#rest = setTimeout(releaseFontMemory, REST_AFTER_MS);
    this.#rest.unref();
  }
}

function firstFocus({ keyboard }: Panel): number | null {
  return keyboard === "first" ? 0 : null;
}

function sameButtons(one: Panel, other: Panel): boolean {
  const labels = ({ buttons }: Panel): string => buttons.map(({ label }) => label).join("\n");
  return labels(one) === labels(other);
}

/** Where a panel goes on a monitor, in its pixels. */
function placeOn(
  monitor: Monitor,
  place: Panel["place"],
  layout: PanelLayout,
  scale: number,
): { x: number; y: number; width: number; height: number } {
  const [width, height] = [Math.round(layout.width * scale), Math.round(layout.height * scale)];
  if (place === "middle") {
    const x = monitor.x + Math.max(0, Math.floor((monitor.width - width) / 2));
    return { x, y: monitor.y + Math.max(0, Math.floor((monitor.height - height) / 2)), width, height };
  }
  const distance = Math.round(CORNER_DISTANCE * scale);
  const [right, bottom] = [monitor.x + monitor.width, monitor.y + monitor.height];
  return { x: right - width - distance, y: bottom - height - distance, width, height };
}

/** The monitor without the desktop's panels, as far as the window manager tells (_NET_WORKAREA, of the first desktop). */
function workArea(connection: X11Connection, monitor: Monitor): Monitor {
  const property = connection.property(connection.root, connection.atom("_NET_WORKAREA"));
  const [x, y, width, height] = readXids(property?.data ?? Buffer.alloc(0));
  if (x === undefined || y === undefined || width === undefined || height === undefined) return monitor;
  const [left, top] = [Math.max(x, monitor.x), Math.max(y, monitor.y)];
  const right = Math.min(x + width, monitor.x + monitor.width);
  const bottom = Math.min(y + height, monitor.y + monitor.height);
  if (right <= left || bottom <= top) return monitor;
  return { ...monitor, x: left, y: top, width: right - left, height: bottom - top };
}
