import type { PicturePoint } from "../session-state";
import type { ControlSender } from "./control-sender";

/** Which bit of `MouseEvent.buttons` stands for which `MouseEvent.button` (UI Events, 5.2). */
const buttonOfBit: readonly (readonly [bit: number, button: number])[] = [
  [1, 0],
  [2, 2],
  [4, 1],
  [8, 3],
  [16, 4],
];

/** A browser that scrolls by lines turns three of them where others turn 100 pixels. */
const LINE_PX = 100 / 3;
/** What a turn of a page is worth: most of a screen. */
const PAGE_PX = 800;

/** `WheelEvent.deltaMode`. */
const DELTA_LINE = 1;
const DELTA_PAGE = 2;

/** What is read of a pointer event. */
interface PointerAt {
  readonly buttons: number;
}

/** What is read of a wheel event. */
export interface WheelTurn {
  readonly deltaX: number;
  readonly deltaY: number;
  readonly deltaMode: number;
}

/** Turns what a mouse, a pen or a finger does on the picture into input for the machine that it shows. */
export class PointerReader {
  readonly #sender: ControlSender;
  #buttons = 0;
  /** Held, but pressed elsewhere: not the customer's until they are pressed anew. */
  #foreign = 0;

  constructor(sender: ControlSender) {
    this.#sender = sender;
  }

  /** Any pointer event: browsers tell of a second button by a move, so what counts is the difference. */
  take({ buttons: held }: PointerAt, place: PicturePoint): void {
    this.#foreign &= held;
    const buttons = held & ~this.#foreign;
    const changed = buttons ^ this.#buttons;
    this.#buttons = buttons;
    if (changed === 0) {
      this.#sender.move(place);
      return;
    }
    for (const [bit, button] of buttonOfBit) {
      if (changed & bit) this.#sender.pressButton(button, (buttons & bit) !== 0, place);
    }
  }

  /** The browser takes the pointer away in the middle of a press. */
  cancel(place: PicturePoint): void {
    this.#buttons = 0;
    this.#sender.releaseButtons(place);
  }

  /** The mouse comes onto the picture, maybe in the middle of a drag that began elsewhere. */
  enter({ buttons }: PointerAt): void {
    this.#foreign = buttons & ~this.#buttons;
  }

  /** What is held belongs to nobody any more. */
  forget(): void {
    this.#foreign |= this.#buttons;
    this.#buttons = 0;
  }

  turn(wheel: WheelTurn, place: PicturePoint): void {
    this.#sender.turnWheel(place, wheelPixels(wheel));
  }
}

/** A wheel's turn in CSS pixels, whatever the browser counts in. */
export function wheelPixels({ deltaX, deltaY, deltaMode }: WheelTurn): { x: number; y: number } {
  const unit = deltaMode === DELTA_LINE ? LINE_PX : deltaMode === DELTA_PAGE ? PAGE_PX : 1;
  return { x: deltaX * unit, y: deltaY * unit };
}
