import type { ControlObstacle, Monitor, ToolPlatform } from "@/protocol/control";

/** A monitor, with what only this machine needs to know of it. */
export interface SeenMonitor extends Monitor {
  /** The number that Chromium knows it by on this system: see `captureId` of the page's message `surface`. */
  readonly captureId?: number;
}

/**
 * The customer's machine, as far as the operator's input and the clipboard need it. Coordinates are pixels of the whole desktop, as
 * `monitors` describes it. The input methods are synchronous and quick (well under 1 ms each; `typeText` takes longer), and throw
 * MachineError when the system refuses.
 */
export interface Machine {
  readonly platform: ToolPlatform;
  /** Why input cannot be injected just now, or null. Cheap: it is asked about once a second. Never throws. */
  obstacle(): ControlObstacle | null;
  /** The monitors as they are now; empty where there is no screen. */
  monitors(): SeenMonitor[];
  movePointer(x: number, y: number): void;
  /** Where the pointer really is: this is how the customer's own mouse is noticed. */
  pointer(): { x: number; y: number };
  /** @param button as `MouseEvent.button`: 0 left, 1 middle, 2 right, 3 back, 4 forward */
  pressButton(button: number, down: boolean): void;
  /** @param deltaX,deltaY CSS pixels, down and right positive; what is less than the system's step is kept for the next call */
  scroll(deltaX: number, deltaY: number): void;
  /**
   * @param code `KeyboardEvent.code`: the physical key, whatever the layout
   * @returns false when this system has no such key
   */
  pressKey(code: string, down: boolean): boolean;
  /** Types by Unicode, whatever the layout. A line feed is Return, a tab is Tab; other control characters are left out. */
  typeText(text: string): void;
  /** Whether the customer's own hand holds Esc down; what `pressKey` injected does not count. */
  isEscapeDown(): boolean;
  /**
   * Where the system tells of the customer's hands by itself: calls back, once, when the mouse is moved or Esc is pressed, and costs nothing
   * until then. Whoever is called looks who it was, since an injected move may be told as well. With null nobody waits any more.
   *
   * @returns false when it cannot tell just now: then somebody has to look
   */
  awaitCustomer?(onInput: (() => void) | null): boolean;
  /** The clipboard's text, or null when it holds none. */
  readClipboard(): Promise<string | null>;
  writeClipboard(text: string): Promise<void>;
  /** Gives everything back that was borrowed (held keys and buttons, remapped keys). Idempotent. */
  close(): void;
}

/** The system refused, or lacks what is needed: says which obstacle that is to the people at both ends. */
export class MachineError extends Error {
  readonly obstacle: ControlObstacle;

  /** @param message for the log: names the call or the library that failed */
  constructor(obstacle: ControlObstacle, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "MachineError";
    this.obstacle = obstacle;
  }
}
