import koffi from "koffi";
import { GuardProcess } from "../guard/guard-process";
import { HeldDown } from "../guard/held-down";
import { LastInput } from "../last-input";
import { type Machine, MachineError } from "../machine";
import { OwnEscape } from "../own-escape";
import { ScrollRemainder } from "../scroll-remainder";
import { becomeDpiAware } from "./dpi-awareness";
import {
  buttonInput,
  keyInput,
  moveInput,
  textInputs,
  type VirtualScreen,
  WHEEL_UNITS_PER_PIXEL,
  wheelInputs,
} from "./input-events";
import {
  type KeyInput,
  type LastInputInfo,
  type MouseInput,
  openWin32,
  type Point,
  structs,
  type Win32,
} from "./win32";
import { readWindowsClipboard, writeWindowsClipboard } from "./windows-clipboard";
import { windowsMonitors } from "./windows-monitors";
import { WindowsObstacle } from "./windows-obstacle";

/** GetSystemMetrics: SM_SWAPBUTTON, SM_XVIRTUALSCREEN and the three after it. */
const SWAPPED_BUTTONS = 23;
const VIRTUAL_SCREEN = { x: 76, y: 77, width: 78, height: 79 } as const;

/** MAPVK_VSC_TO_VK_EX, which tells left from right. */
const SCAN_CODE_TO_VIRTUAL_KEY = 3;
const VK_ESCAPE = 0x1b;
/**
 * GetAsyncKeyState's highest bit: down now. Its lowest: pressed since somebody asked last, which finds a short press between two looks;
 * another program may have asked first, so it is no more than help.
 */
const IS_OR_WAS_DOWN = 0x8001;
/** 40 bytes each, which koffi has a megabyte for. */
const MOST_INPUTS_AT_ONCE = 500;

/** Windows 10 and 11, through SendInput. Coordinates are physical pixels of the virtual screen. */
export function openWindowsMachine(): Machine {
  becomeDpiAware();
  return new WindowsMachine(openWin32());
}

class WindowsMachine implements Machine {
  readonly platform = "windows";
  readonly #win32: Win32;
  readonly #obstacle: WindowsObstacle;
  readonly #ownEscape = new OwnEscape();
  readonly #lastInput = new LastInput(() => this.#usedAtMs());
  readonly #scroll = new ScrollRemainder(WHEEL_UNITS_PER_PIXEL);
  readonly #guard = new GuardProcess();
  readonly #held = new HeldDown(this.#guard);
  readonly #virtualKeyOf = (scanCode: number) =>
    this.#win32.mapVirtualKey(scanCode, SCAN_CODE_TO_VIRTUAL_KEY);
  #isClosed = false;

  constructor(win32: Win32) {
    this.#win32 = win32;
    this.#obstacle = new WindowsObstacle(win32);
    // What was pressed before the tool was there does not count.
    win32.getAsyncKeyState(VK_ESCAPE);
  }

  obstacle() {
    try {
      if (this.#win32.getSystemMetrics(VIRTUAL_SCREEN.width) <= 0) return "no_display";
      return this.#obstacle.find();
    } catch {
      return "failed";
    }
  }

  monitors() {
    return windowsMonitors(this.#win32);
  }

  movePointer(x: number, y: number): void {
    const metric = (index: number) => this.#win32.getSystemMetrics(index);
    const screen: VirtualScreen = {
      x: metric(VIRTUAL_SCREEN.x),
      y: metric(VIRTUAL_SCREEN.y),
      width: metric(VIRTUAL_SCREEN.width),
      height: metric(VIRTUAL_SCREEN.height),
    };
    this.#sendMouse([moveInput({ x, y }, screen)]);
    // What moves is about to press something.
    this.#guard.start();
  }

  pointer(): Point {
    const point: Partial<Point> = {};
    if (this.#win32.getCursorPos(point) === 0) this.#refuse("GetCursorPos");
    return { x: point.x ?? 0, y: point.y ?? 0 };
  }

  pressButton(button: number, down: boolean): void {
    const input = buttonInput(button, down, this.#win32.getSystemMetrics(SWAPPED_BUTTONS) !== 0);
    if (!input) return;
    this.#held.button(button, down, () => this.#sendMouse([input]));
  }

  scroll(deltaX: number, deltaY: number): void {
    const { right, down } = this.#scroll.take(deltaX, deltaY);
    this.#sendMouse(wheelInputs(right, down));
  }

  pressKey(code: string, down: boolean): boolean {
    const input = keyInput(code, down, this.#virtualKeyOf);
    if (!input) return false;
    if (code === "Escape") this.#ownEscape.injected(down);
    this.#held.key(code, down, () => this.#sendKeys([input]));
    return true;
  }

  typeText(text: string): void {
    this.#sendKeys(textInputs(text, this.#virtualKeyOf));
  }

  isEscapeDown(): boolean {
    return this.#ownEscape.isCustomers((this.#win32.getAsyncKeyState(VK_ESCAPE) & IS_OR_WAS_DOWN) !== 0);
  }

  awaitCustomer(onInput: (() => void) | null): boolean {
    return this.#lastInput.await(onInput);
  }

  readClipboard() {
    return readWindowsClipboard(this.#win32);
  }

  writeClipboard(text: string) {
    return writeWindowsClipboard(this.#win32, text);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#lastInput.await(null);
    for (const release of [
      ...this.#held.keys.reverse().map((code) => () => this.pressKey(code, false)),
      ...this.#held.buttons.map((button) => () => this.pressButton(button, false)),
    ]) {
      try {
        release();
      } catch {
        // Windows lets nothing through just now: the guard goes on trying.
      }
    }
    if (this.#held.keys.length + this.#held.buttons.length === 0) this.#guard.close();
  }

  /** In ms since Windows was started. */
  #usedAtMs(): number {
    const info: Partial<LastInputInfo> = { cbSize: koffi.sizeof(structs.LASTINPUTINFO) };
    return this.#win32.getLastInputInfo(info) === 0 ? 0 : (info.dwTime ?? 0);
  }

  #sendMouse(inputs: MouseInput[]): void {
    if (inputs.length === 0) return;
    const sent = this.#win32.sendMouse(inputs.length, inputs, koffi.sizeof(structs.MOUSE_INPUT));
    if (sent !== inputs.length) this.#refuse("SendInput (mouse)");
  }

  #sendKeys(inputs: KeyInput[]): void {
    for (let start = 0; start < inputs.length; start += MOST_INPUTS_AT_ONCE) {
      const some = inputs.slice(start, start + MOST_INPUTS_AT_ONCE);
      const sent = this.#win32.sendKeys(some.length, some, koffi.sizeof(structs.KEY_INPUT));
      if (sent !== some.length) this.#refuse("SendInput (keyboard)");
    }
  }

  /** Windows tells nobody why it lets input not through; what is seen on the desktop says it best. */
  #refuse(call: string): never {
    throw new MachineError(this.obstacle() ?? "failed", `${call} was refused by Windows`);
  }
}
