import { type ControlMessage, keyCodeSchema, type MotionMessage } from "@/protocol/control";
import type { PicturePoint } from "../session-state";
import { typedPieces } from "./typed-text";

/** A message before it has its place in the count. */
type Uncounted<Message> = Message extends { sequence: number } ? Omit<Message, "sequence"> : never;
type ControlBody = Uncounted<ControlMessage>;
type Wheel = Extract<ControlBody, { type: "wheel" }>;

interface ControlSenderOptions {
  /** @returns false when the channel is not open: nothing was sent */
  send: (label: "motion" | "control", message: MotionMessage | ControlMessage) => boolean;
  /** Bytes of the channel `control` that this browser has not sent yet. */
  waitingBytes: () => number;
  /** Told of each input that goes out. */
  onSent?: (sequence: number) => void;
}

/** Shortest time between two moves: 125 a second are more than any screen shows. */
export const MOVE_INTERVAL_MS = 8;
/** With so much still to be sent, what can wait does, and what can be left out is. */
export const WAITING_BYTES_MAX = 16_384;
/** How often is looked whether the channel has room again. */
const ROOM_CHECK_INTERVAL_MS = 20;
/** More than this is more than anybody types: what follows is dropped, but for what lets keys go. */
const QUEUE_MAX = 4_000;
/** The protocol's limit for one wheel message. */
const WHEEL_MAX = 10_000;

/**
 * The operator's input on its way to the Client Tool. It knows nothing of the page: places are fractions of the picture, keys are
 * named by `KeyboardEvent.code`.
 *
 * Moves go at once and at most {@link MOVE_INTERVAL_MS} apart, the last one always. Everything else goes in order; what a slow
 * connection cannot take waits here, where wheel turns are added up and key repetitions left out.
 */
export class ControlSender {
  readonly #options: ControlSenderOptions;
  readonly #keys = new Set<string>();
  readonly #buttons = new Set<number>();
  #queue: ControlBody[] = [];
  #queueTimer: ReturnType<typeof setTimeout> | undefined;
  #sequence = 0;
  #isOpen = false;
  #place: PicturePoint | null = null;
  #movedAtMs = Number.NEGATIVE_INFINITY;
  #moveTimer: ReturnType<typeof setTimeout> | undefined;
  #picture: { readonly width: number; readonly height: number } | null = null;
  #monitorId: string | null = null;

  constructor(options: ControlSenderOptions) {
    this.#options = options;
  }

  /** Whether input can get through: with the permission, a tool and a connection. Closing lets go of everything first. */
  setOpen(isOpen: boolean): void {
    if (isOpen === this.#isOpen) return;
    if (!isOpen) this.releaseAll();
    this.#isOpen = isOpen;
    if (isOpen) this.introduce();
    else this.#forget();
  }

  /** Tells the tool what the picture is: it may be another tool than before, or one that could not hear it then. */
  introduce(): void {
    if (this.#picture) this.#post({ type: "picture", ...this.#picture });
    if (this.#monitorId !== null) this.#post({ type: "monitor", monitorId: this.#monitorId });
  }

  /** @param size of the shared picture, in its own pixels */
  setPicture(size: { readonly width: number; readonly height: number }): void {
    if (size.width === this.#picture?.width && size.height === this.#picture.height) return;
    this.#picture = { width: size.width, height: size.height };
    this.#post({ type: "picture", ...this.#picture });
  }

  /** The operator knows better than the tool which monitor is seen. */
  chooseMonitor(monitorId: string): void {
    this.#monitorId = monitorId;
    this.#post({ type: "monitor", monitorId });
  }

  /** A new picture may show another monitor: what was chosen for the one before counts no more. */
  forgetMonitor(): void {
    this.#monitorId = null;
  }

  move(place: PicturePoint): void {
    this.#place = clamped(place);
    const waitMs = this.#movedAtMs + MOVE_INTERVAL_MS - performance.now();
    if (waitMs <= 0) this.#sendMove();
    else this.#moveTimer ??= setTimeout(() => this.#sendMove(), waitMs);
  }

  /** @param button as `MouseEvent.button` has it; pressing twice is pressing once */
  pressButton(button: number, isDown: boolean, place: PicturePoint): void {
    if (this.#buttons.has(button) === isDown) return;
    if (isDown) this.#buttons.add(button);
    else this.#buttons.delete(button);
    // The button says where it was pressed: a move that waits is of no more use.
    this.#dropMove();
    this.#post({ type: "button", button, down: isDown, ...clamped(place) });
  }

  /** Lets go of buttons whose end this page did not see. */
  releaseButtons(place: PicturePoint): void {
    for (const button of [...this.#buttons]) this.pressButton(button, false, place);
  }

  /** @param delta CSS pixels, down and to the right positive */
  turnWheel(place: PicturePoint, delta: { readonly x: number; readonly y: number }): void {
    if (delta.x === 0 && delta.y === 0) return;
    this.#dropMove();
    const body: Wheel = { type: "wheel", ...clamped(place), deltaX: wheel(delta.x), deltaY: wheel(delta.y) };
    const last = this.#queue.at(-1);
    if (last?.type === "wheel") {
      this.#queue[this.#queue.length - 1] = {
        ...body,
        deltaX: wheel(last.deltaX + delta.x),
        deltaY: wheel(last.deltaY + delta.y),
      };
    } else {
      this.#post(body);
    }
  }

  /**
   * A key goes down, is held, or goes up. One that went down elsewhere is nobody's here: neither its repetitions nor its end are
   * sent.
   */
  pressKey(code: string, isDown: boolean, isRepeat = false): void {
    if (!keyCodeSchema.safeParse(code).success) return;
    const isHeld = this.#keys.has(code);
    if (isDown ? isRepeat && !isHeld : !isHeld) return;
    // The machine there has its own way with a key that is held; a repetition that comes late is worse than none.
    if (isRepeat && this.#isBusy()) return;
    if (isDown) this.#keys.add(code);
    else this.#keys.delete(code);
    this.#flushMove();
    this.#post({ type: "key", code, down: isDown });
  }

  isHeld(code: string): boolean {
    return this.#keys.has(code);
  }

  get heldKeys(): readonly string[] {
    return [...this.#keys];
  }

  get hasButtons(): boolean {
    return this.#buttons.size > 0;
  }

  /** Finished text of any length. */
  type(text: string): void {
    this.#flushMove();
    for (const piece of typedPieces(text)) this.#post({ type: "text", text: piece });
  }

  /** Keys that are pressed together and let go again, whatever the operator's own keyboard does. */
  combine(codes: readonly string[]): void {
    this.releaseAll();
    this.#post({ type: "combination", codes: [...codes] });
  }

  /** Nothing stays pressed; silent when nothing is. */
  releaseAll(): void {
    this.#dropMove();
    if (this.#keys.size === 0 && this.#buttons.size === 0) return;
    this.#keys.clear();
    this.#buttons.clear();
    this.#post({ type: "releaseAll" });
  }

  close(): void {
    this.setOpen(false);
    this.#dropMove();
  }

  #post(body: ControlBody): void {
    if (!this.#isOpen) return;
    if (this.#queue.length === 0 && this.#hasRoom()) {
      this.#send(body);
      return;
    }
    if (this.#queue.length < QUEUE_MAX) this.#queue.push(body);
    // What has to wait that long is given up; nothing may stay pressed for it.
    else if (body.type !== "text") this.#queue[QUEUE_MAX - 1] = { type: "releaseAll" };
    this.#queueTimer ??= setTimeout(() => this.#sendQueue(), ROOM_CHECK_INTERVAL_MS);
  }

  #sendQueue(): void {
    this.#queueTimer = undefined;
    while (this.#queue.length > 0 && this.#hasRoom()) {
      const [body] = this.#queue.splice(0, 1);
      if (body) this.#send(body);
    }
    if (this.#queue.length > 0)
      this.#queueTimer = setTimeout(() => this.#sendQueue(), ROOM_CHECK_INTERVAL_MS);
  }

  #hasRoom(): boolean {
    return this.#options.waitingBytes() < WAITING_BYTES_MAX;
  }

  #isBusy(): boolean {
    return this.#queue.length > 0 || !this.#hasRoom();
  }

  #send(body: ControlBody): void {
    this.#sequence += 1;
    // A channel that is not open belongs to a connection that is gone: the tool lets go of everything by itself.
    if (!this.#options.send("control", { ...body, sequence: this.#sequence })) this.#forget();
    else this.#options.onSent?.(this.#sequence);
  }

  #sendMove(): void {
    clearTimeout(this.#moveTimer);
    this.#moveTimer = undefined;
    const place = this.#place;
    this.#place = null;
    if (!place || !this.#isOpen) return;
    this.#movedAtMs = performance.now();
    this.#sequence += 1;
    if (this.#options.send("motion", { type: "move", sequence: this.#sequence, ...place })) {
      this.#options.onSent?.(this.#sequence);
    }
  }

  #flushMove(): void {
    if (this.#moveTimer !== undefined) this.#sendMove();
  }

  #dropMove(): void {
    clearTimeout(this.#moveTimer);
    this.#moveTimer = undefined;
    this.#place = null;
  }

  #forget(): void {
    this.#keys.clear();
    this.#buttons.clear();
    this.#queue = [];
    clearTimeout(this.#queueTimer);
    this.#queueTimer = undefined;
    this.#dropMove();
  }
}

/** Five decimals are finer than a pixel of any screen and keep messages short. */
function clamped({ x, y }: PicturePoint): PicturePoint {
  const fraction = (value: number) => Math.round(Math.min(1, Math.max(0, value)) * 100_000) / 100_000;
  return { x: fraction(x), y: fraction(y) };
}

function wheel(delta: number): number {
  return Math.min(WHEEL_MAX, Math.max(-WHEEL_MAX, Math.round(delta * 100) / 100));
}
