import type { ControlObstacle, Monitor, ToolPlatform } from "@/protocol/control";
import { type Machine, MachineError } from "../machine";
import { Clipboard } from "./clipboard";
import { DesktopLock } from "./desktop-lock";
import type { DesktopEnvironment } from "./environment";
import { EscapeKey } from "./escape-key";
import { FrontProgram } from "./front-program";
import { InputOrder } from "./input-order";
import { Keyboard } from "./keyboard";
import { typeableCodePoints } from "./keysyms";
import { LastRelease } from "./last-release";
import { readMonitors } from "./monitors";
import { PointerDevice } from "./pointer-device";
import { type PreparedText, TextTypist } from "./text-typist";
import { X11Connection } from "./x11/connection";
import { loadXRandr, loadXTest, type XRandr } from "./x11/xlib";

/** Borrowed keys are given back once nothing was typed for so long; by then every program has caught up. */
const GIVE_BACK_AFTER_MS = 3_000;

/**
 * The machine behind an X server. On Wayland with XWayland it opens too: its `obstacle` tells, and the clipboard works.
 *
 * @param environment DISPLAY and what tells of the desktop; this process's own unless a test says otherwise
 * @throws MachineError `failed` with the name of the library that is missing, `no_display` or `wayland` where no X server answers
 */
export async function openLinuxMachine(environment: DesktopEnvironment = process.env): Promise<Machine> {
  const isWayland = environment.XDG_SESSION_TYPE === "wayland" || Boolean(environment.WAYLAND_DISPLAY);
  if (!environment.DISPLAY && isWayland) {
    throw new MachineError("wayland", "This Wayland desktop has no X server.");
  }
  if (!environment.DISPLAY) throw new MachineError("no_display", "DISPLAY names no X server.");
  return new LinuxMachine(environment, environment.DISPLAY, isWayland);
}

class LinuxMachine implements Machine {
  readonly platform: ToolPlatform = "linux";
  readonly #environment: DesktopEnvironment;
  readonly #displayName: string;
  readonly #connection: X11Connection;
  readonly #xrandr: XRandr | null;
  readonly #isWayland: boolean;
  readonly #lock: DesktopLock;
  readonly #pointer: PointerDevice;
  readonly #keyboard: Keyboard;
  readonly #escape: EscapeKey;
  readonly #typist: TextTypist;
  readonly #front: FrontProgram;
  readonly #order = new InputOrder();
  /** Where the pointer will be once what waits has been done. */
  #queuedPointer: { x: number; y: number } | null = null;
  #clipboard: Clipboard | null = null;
  #lastRelease: LastRelease | null = null;
  #giveBack: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(environment: DesktopEnvironment, displayName: string, isWayland: boolean) {
    this.#environment = environment;
    this.#displayName = displayName;
    const xtest = loadXTest();
    this.#connection = X11Connection.open(this.#displayName);
    this.#isWayland = isWayland || isXWayland(this.#connection);
    this.#xrandr = loadXRandr();
    this.#lock = new DesktopLock(environment);
    if (!this.#connection.hasExtension("XTEST")) {
      this.#connection.close();
      throw new MachineError("failed", "The X server lacks the extension XTEST.");
    }
    this.#pointer = new PointerDevice(this.#connection, xtest);
    this.#keyboard = new Keyboard(this.#connection, xtest);
    this.#escape = new EscapeKey(displayName, this.#keyboard);
    this.#typist = new TextTypist(this.#connection, this.#keyboard);
    this.#typist.onBorrowed = (keycodes) => this.#lastRelease?.borrowed(keycodes);
    this.#front = new FrontProgram(this.#displayName);
  }

  obstacle(): ControlObstacle | null {
    if (this.#isWayland) return "wayland";
    if (!this.#connection.isAlive) return "no_display";
    // Waits for an answer: of a server that has gone a mere look at what has arrived tells nothing while events wait.
    this.#connection.xlib.sync(this.#connection.display, 0);
    if (!this.#connection.isAlive) return "no_display";
    return this.#lock.isLocked() ? "locked" : null;
  }

  monitors(): Monitor[] {
    if (!this.#connection.isAlive) return [];
    return readMonitors(this.#connection, this.#xrandr, this.#environment);
  }

  movePointer(x: number, y: number): void {
    const [wholeX, wholeY] = [Math.round(x), Math.round(y)];
    if (this.#order.isWaiting) this.#queuedPointer = { x: wholeX, y: wholeY };
    this.#inject(() => this.#pointer.move(wholeX, wholeY));
  }

  pointer(): { x: number; y: number } {
    this.#connection.assertAlive();
    if (this.#order.isWaiting && this.#queuedPointer !== null) return { ...this.#queuedPointer };
    return this.#pointer.position();
  }

  pressButton(button: number, down: boolean): void {
    this.#press(() => this.#pointer.press(button, down));
  }

  scroll(deltaX: number, deltaY: number): void {
    this.#inject(() => this.#pointer.scroll(deltaX, deltaY));
  }

  pressKey(code: string, down: boolean): boolean {
    const keycode = Keyboard.keycodeOf(code);
    if (keycode === undefined) return false;
    this.#press(() => (down ? this.#keyboard.press(keycode) : this.#keyboard.release(keycode)));
    return true;
  }

  typeText(text: string): void {
    this.#press(() => this.#type(typeableCodePoints(text)));
  }

  isEscapeDown(): boolean {
    this.#connection.assertAlive();
    return this.#escape.isDown();
  }

  awaitCustomer(onInput: (() => void) | null): boolean {
    return this.#connection.isAlive && this.#escape.await(onInput);
  }

  async readClipboard(): Promise<string | null> {
    return await this.#openClipboard().read();
  }

  async writeClipboard(text: string): Promise<void> {
    this.#openClipboard().write(text);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#order.clear();
    if (this.#giveBack !== null) clearTimeout(this.#giveBack);
    if (this.#connection.isAlive) {
      this.#pointer.releaseAll();
      this.#keyboard.releaseAll();
      this.#returnKeys();
    }
    this.#clipboard?.close();
    this.#front.close();
    this.#escape.close();
    this.#connection.close();
    // What was sent to the server before is done by now, as closing waits for it.
    this.#lastRelease?.close();
  }

  /** Injects what must not outlast this process. @throws MachineError */
  #press(action: () => void): void {
    this.#connection.assertAlive();
    this.#lastRelease ??= new LastRelease(this.#displayName, this.#keyboard.repeatingKeycodes);
    this.#inject(action);
  }

  /** @throws MachineError */
  #inject(action: () => void): void {
    this.#connection.assertAlive();
    this.#order.run(() => {
      action();
      this.#connection.flush();
      this.#connection.assertAlive();
    });
  }

  #type(codePoints: readonly number[]): void {
    const prepared = this.#typist.prepare(codePoints);
    if (this.#typist.hasBorrowed) this.#giveBackLater();
    const rest = codePoints.slice(prepared.count);
    const noticed = prepared.hasNewMeanings ? this.#front.noticed() : null;
    if (noticed === null) this.#typePrepared(prepared, rest);
    else this.#holdUntil(noticed, () => this.#typePrepared(prepared, rest));
  }

  #typePrepared(prepared: PreparedText, rest: readonly number[]): void {
    this.#typist.type(prepared);
    if (rest.length === 0) return;
    this.#connection.sync();
    this.#holdUntil(this.#front.caughtUp(), () => {
      this.#typist.reuseKeys();
      this.#type(rest);
    });
  }

  #holdUntil(condition: Promise<void>, goOn: () => void): void {
    this.#queuedPointer = null;
    this.#order.holdUntil(condition, () => {
      goOn();
      this.#connection.flush();
    });
  }

  #giveBackLater(): void {
    if (this.#giveBack !== null) clearTimeout(this.#giveBack);
    this.#giveBack = setTimeout(() => {
      this.#giveBack = null;
      this.#returnKeys();
    }, GIVE_BACK_AFTER_MS);
    this.#giveBack.unref();
  }

  #returnKeys(): void {
    try {
      this.#typist.giveBack();
      this.#connection.ignoreErrors();
    } catch {
      // A server that has gone has nothing to be given back; what it refused before is of no matter here.
    }
  }

  #openClipboard(): Clipboard {
    this.#connection.assertAlive();
    this.#clipboard ??= new Clipboard(this.#displayName);
    return this.#clipboard;
  }
}

/** Input that is faked there reaches X programs alone, not the desktop. */
function isXWayland(connection: X11Connection): boolean {
  return connection.hasExtension("XWAYLAND");
}
