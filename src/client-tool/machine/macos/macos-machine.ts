import { GuardProcess } from "../guard/guard-process";
import { HeldDown } from "../guard/held-down";
import { macosKeyCodes } from "../keys/macos-key-codes";
import { LastInput } from "../last-input";
import { type Machine, MachineError } from "../machine";
import { OwnEscape } from "../own-escape";
import { ScrollRemainder } from "../scroll-remainder";
import { typedPieces } from "../typed-text";
import { ClickCounter } from "./click-counter";
import { type CoreGraphics, openCoreGraphics, type Point, type Ref } from "./core-graphics";
import { type Display, pixelMonitors, pixelOfPoint, pointOfPixel } from "./desktop-pixels";
import { eventFlags } from "./key-flags";
import { MacosObstacle } from "./macos-obstacle";
import { readPasteboard, writePasteboard } from "./pasteboard";

/** kCGEventSourceStateHIDSystemState: as if it came from the hardware. */
const HARDWARE = 1;
/** kCGHIDEventTap: where events of the hardware come in. */
const HARDWARE_TAP = 0;

/** kCGAnyInputEventType */
const ANY_INPUT = 0xffff_ffff;

const MOVED = 5;
/** CGEventType and CGMouseButton by `MouseEvent.button`. */
const BUTTONS = [
  { down: 1, up: 2, dragged: 6, number: 0 },
  { down: 25, up: 26, dragged: 27, number: 2 },
  { down: 3, up: 4, dragged: 7, number: 1 },
  { down: 25, up: 26, dragged: 27, number: 3 },
  { down: 25, up: 26, dragged: 27, number: 4 },
] as const;

/** CGEventField */
const CLICK_STATE = 1;
const DELTA_X = 4;
const DELTA_Y = 5;
const AUTOREPEAT = 8;

/** kCGScrollEventUnitPixel */
const PIXELS = 0;
const WHEELS = 2;

const ESCAPE = 0x35;
/** macOS takes no more of one event. */
const TEXT_CHUNK_UNITS = 20;
const MOST_DISPLAYS = 16;

/** macOS through Core Graphics events. Coordinates are pixels, as desktop-pixels.ts places them. */
export function openMacosMachine(): Machine {
  return new MacosMachine(openCoreGraphics());
}

class MacosMachine implements Machine {
  readonly platform = "macos";
  readonly #graphics: CoreGraphics;
  readonly #obstacle: MacosObstacle;
  readonly #source: Ref;
  readonly #clicks = new ClickCounter();
  readonly #ownEscape = new OwnEscape();
  readonly #lastInput = new LastInput(
    () => performance.now() - 1000 * this.#graphics.secondsSinceLastEvent(HARDWARE, ANY_INPUT),
  );
  readonly #scroll = new ScrollRemainder(1);
  readonly #guard = new GuardProcess();
  readonly #held = new HeldDown(this.#guard);
  /** Where the pointer was put last: macOS may round it, which is nobody's move. */
  #put: { pixel: Point; point: Point } | null = null;
  #known: Display[] | null = null;
  #isClosed = false;

  constructor(graphics: CoreGraphics) {
    this.#graphics = graphics;
    this.#obstacle = new MacosObstacle(graphics);
    this.#source = graphics.createSource(HARDWARE);
    // Otherwise the customer's own mouse stands still for a moment after every event of ours.
    graphics.setSuppressionInterval(this.#source, 0);
  }

  obstacle() {
    try {
      return this.#obstacle.find();
    } catch {
      return "failed";
    }
  }

  monitors() {
    this.#known = this.#displays();
    return pixelMonitors(this.#known);
  }

  movePointer(x: number, y: number): void {
    const pixel = { x: Math.round(x), y: Math.round(y) };
    const point = pointOfPixel(pixel, this.#knownDisplays());
    const from = this.#location();
    // While a button is down a move is a drag, and programs take no notice of anything else.
    const button = BUTTONS.find((_, index) => this.#held.buttons.includes(index));
    const event = this.#made(
      this.#graphics.createMouseEvent(this.#source, button?.dragged ?? MOVED, point, button?.number ?? 0),
    );
    this.#graphics.setIntegerField(event, DELTA_X, Math.round(point.x - from.x));
    this.#graphics.setIntegerField(event, DELTA_Y, Math.round(point.y - from.y));
    this.#put = { pixel, point };
    this.#postMouse(event);
    // What moves is about to press something.
    this.#guard.start();
  }

  pointer(): Point {
    const at = this.#location();
    const put = this.#put;
    if (put && Math.abs(put.point.x - at.x) < 1 && Math.abs(put.point.y - at.y) < 1) return { ...put.pixel };
    return pixelOfPoint(at, this.#knownDisplays());
  }

  pressButton(button: number, down: boolean): void {
    const known = BUTTONS[button];
    if (!known) return;
    const at = this.#location();
    const clicks = down ? this.#clicks.press(button, at, performance.now()) : this.#clicks.release(button);
    const event = this.#made(
      this.#graphics.createMouseEvent(this.#source, down ? known.down : known.up, at, known.number),
    );
    this.#graphics.setIntegerField(event, CLICK_STATE, clicks);
    this.#held.button(button, down, () => this.#postMouse(event));
  }

  scroll(deltaX: number, deltaY: number): void {
    const { right, down } = this.#scroll.take(deltaX, deltaY);
    if (right === 0 && down === 0) return;
    this.#postMouse(
      this.#made(this.#graphics.createScrollEvent(this.#source, PIXELS, WHEELS, -down, -right, 0)),
    );
  }

  pressKey(code: string, down: boolean): boolean {
    const key = macosKeyCodes.get(code);
    if (key === undefined) return false;
    if (key === ESCAPE) this.#ownEscape.injected(down);
    const isRepeated = down && this.#held.holdsKey(code);
    const event = this.#made(this.#graphics.createKeyEvent(this.#source, key, down));
    const others = this.#held.keys.filter((held) => held !== code);
    const flags = eventFlags(this.#flags(event), down ? [...others, code] : others, code);
    this.#graphics.setFlags(event, flags);
    if (isRepeated) this.#graphics.setIntegerField(event, AUTOREPEAT, 1);
    this.#held.key(code, down, () => this.#post(event));
    return true;
  }

  typeText(text: string): void {
    for (const piece of typedPieces(text, TEXT_CHUNK_UNITS)) {
      if (piece.kind === "key") {
        this.pressKey(piece.code, true);
        this.pressKey(piece.code, false);
        continue;
      }
      const units = utf16Units(piece.text);
      for (const down of [true, false]) {
        const event = this.#made(this.#graphics.createKeyEvent(this.#source, 0, down));
        this.#graphics.setFlags(event, 0);
        this.#graphics.setUnicodeString(event, units.length, units);
        this.#post(event);
      }
    }
  }

  isEscapeDown(): boolean {
    return this.#ownEscape.isCustomers(this.#graphics.keyState(HARDWARE, ESCAPE));
  }

  awaitCustomer(onInput: (() => void) | null): boolean {
    return this.#lastInput.await(onInput);
  }

  readClipboard() {
    return readPasteboard();
  }

  writeClipboard(text: string) {
    return writePasteboard(text);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#lastInput.await(null);
    for (const code of this.#held.keys.reverse()) this.pressKey(code, false);
    for (const button of this.#held.buttons) this.pressButton(button, false);
    this.#guard.close();
    this.#graphics.release(this.#source);
  }

  /** The displays as the core knows them, so that both speak of the same places. */
  #knownDisplays(): Display[] {
    this.#known ??= this.#displays();
    return this.#known;
  }

  #displays(): Display[] {
    const ids = new Uint32Array(MOST_DISPLAYS);
    const count = [0];
    if (this.#graphics.activeDisplays(MOST_DISPLAYS, ids, count) !== 0) return [];
    const main = this.#graphics.mainDisplay();
    return Array.from(ids.subarray(0, count[0] ?? 0), (displayId, index) => {
      const { origin, size } = this.#graphics.displayBounds(displayId);
      return {
        displayId,
        name: this.#graphics.isBuiltIn(displayId) === 0 ? `Display ${index + 1}` : "Built-in Display",
        bounds: { ...origin, ...size },
        scale: this.#scaleOf(displayId),
        isMain: displayId === main,
      };
    });
  }

  #scaleOf(displayId: number): number {
    const mode = this.#graphics.copyDisplayMode(displayId);
    if (!mode) return 1;
    const points = Number(this.#graphics.modeWidth(mode));
    const pixels = Number(this.#graphics.modePixelWidth(mode));
    this.#graphics.release(mode);
    return points > 0 && pixels > 0 ? pixels / points : 1;
  }

  #location(): Point {
    const event = this.#graphics.createEvent(null);
    if (!event) throw new MachineError("failed", "CGEventCreate gave no event");
    const at = this.#graphics.location(event);
    this.#graphics.release(event);
    return at;
  }

  #flags(event: Ref): number {
    return Number(BigInt.asUintN(31, BigInt(this.#graphics.getFlags(event))));
  }

  /** @throws MachineError when macOS did not even make the event */
  #made(event: Ref): Ref {
    if (!event) throw new MachineError(this.obstacle() ?? "failed", "Core Graphics gave no event");
    return event;
  }

  #postMouse(event: Ref): void {
    this.#graphics.setFlags(event, eventFlags(this.#flags(event), this.#held.keys));
    this.#post(event);
  }

  #post(event: Ref): void {
    this.#graphics.post(HARDWARE_TAP, event);
    this.#graphics.release(event);
  }
}

/** Core Graphics takes UTF-16, as strings here have it. */
export function utf16Units(text: string): Uint16Array {
  const units = new Uint16Array(text.length);
  for (let index = 0; index < text.length; index += 1) units[index] = text.charCodeAt(index);
  return units;
}
