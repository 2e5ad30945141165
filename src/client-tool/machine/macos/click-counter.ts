import type { Point } from "./core-graphics";

/** What macOS comes with; a customer with a slower hand has set more, which an operator does not need. */
const DOUBLE_CLICK_MS = 500;
const SAME_PLACE_POINTS = 4;

/** Counts clicks as macOS wants them told with each event: programs there do not notice a double click by themselves. */
export class ClickCounter {
  #last: { button: number; at: Point; atMs: number; count: number } | null = null;

  /** @returns which click in a row goes down now, from 1 */
  press(button: number, at: Point, nowMs: number): number {
    const last = this.#last;
    const isSame =
      last !== null &&
      last.button === button &&
      nowMs - last.atMs <= DOUBLE_CLICK_MS &&
      Math.hypot(last.at.x - at.x, last.at.y - at.y) <= SAME_PLACE_POINTS;
    const count = isSame ? last.count + 1 : 1;
    this.#last = { button, at, atMs: nowMs, count };
    return count;
  }

  /** @returns which click in a row comes up now */
  release(button: number): number {
    return this.#last?.button === button ? this.#last.count : 1;
  }
}
