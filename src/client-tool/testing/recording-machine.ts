import type { ControlObstacle, Monitor } from "@/protocol/control";
import type { Machine } from "../machine/machine";

/** Codes that this machine has no key for. */
const UNKNOWN_CODE = "Unidentified";

export function monitor(over: Partial<Monitor> = {}): Monitor {
  return {
    monitorId: "m1",
    name: "Monitor 1",
    x: 0,
    y: 0,
    width: 1000,
    height: 500,
    scale: 1,
    isPrimary: true,
    ...over,
  };
}

/** A machine that notes what is done to it, and whose pointer is wherever it was put last, by whomever. */
export class RecordingMachine implements Machine {
  readonly platform = "linux";
  /** What has been injected, as short lines in order. */
  readonly calls: string[] = [];
  readonly held = new Set<string>();
  place = { x: 0, y: 0 };
  shown: Monitor[] = [monitor()];
  standsInTheWay: ControlObstacle | null = null;
  /** Thrown by whatever injects. */
  refusal: Error | null = null;
  escapeIsDown = false;
  clipboard: string | null = null;
  pointerReads = 0;
  isClosed = false;
  /** Whether it tells of the customer's hands by itself. */
  tellsOfCustomer = false;
  /** Who waits to be told. */
  onCustomer: (() => void) | null = null;

  /** What has been injected since the last time. */
  take(): string[] {
    return this.calls.splice(0);
  }

  obstacle(): ControlObstacle | null {
    return this.standsInTheWay;
  }

  monitors(): Monitor[] {
    return this.shown;
  }

  movePointer(x: number, y: number): void {
    this.#note(`move ${x},${y}`);
    this.place = { x, y };
  }

  pointer(): { x: number; y: number } {
    this.pointerReads += 1;
    return { ...this.place };
  }

  pressButton(button: number, down: boolean): void {
    this.#note(`button ${button} ${down ? "down" : "up"}`);
    this.#hold(`button ${button}`, down);
  }

  scroll(deltaX: number, deltaY: number): void {
    this.#note(`scroll ${deltaX},${deltaY}`);
  }

  pressKey(code: string, down: boolean): boolean {
    if (code === UNKNOWN_CODE) return false;
    this.#note(`key ${code} ${down ? "down" : "up"}`);
    this.#hold(code, down);
    return true;
  }

  typeText(text: string): void {
    this.#note(`type ${text}`);
  }

  isEscapeDown(): boolean {
    return this.escapeIsDown;
  }

  awaitCustomer(onInput: (() => void) | null): boolean {
    this.onCustomer = this.tellsOfCustomer ? onInput : null;
    return this.tellsOfCustomer;
  }

  /** Somebody has touched the mouse or Esc. */
  tellOfCustomer(): void {
    const onInput = this.onCustomer;
    this.onCustomer = null;
    onInput?.();
  }

  async readClipboard(): Promise<string | null> {
    return this.clipboard;
  }

  async writeClipboard(text: string): Promise<void> {
    this.clipboard = text;
  }

  close(): void {
    this.isClosed = true;
  }

  #note(call: string): void {
    if (this.refusal) throw this.refusal;
    this.calls.push(call);
  }

  #hold(what: string, down: boolean): void {
    if (down) this.held.add(what);
    else this.held.delete(what);
  }
}
