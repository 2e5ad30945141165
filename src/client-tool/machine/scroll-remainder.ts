/** Keeps what is less than a system's smallest step of the wheel for the next call, so that slow scrolling arrives. */
export class ScrollRemainder {
  readonly #unitsPerPixel: number;
  #x = 0;
  #y = 0;

  /** @param unitsPerPixel the system's steps for a CSS pixel */
  constructor(unitsPerPixel: number) {
    this.#unitsPerPixel = unitsPerPixel;
  }

  /** @param deltaX,deltaY CSS pixels, down and right positive @returns whole steps, likewise */
  take(deltaX: number, deltaY: number): { right: number; down: number } {
    this.#x += deltaX * this.#unitsPerPixel;
    this.#y += deltaY * this.#unitsPerPixel;
    const right = Math.trunc(this.#x);
    const down = Math.trunc(this.#y);
    this.#x -= right;
    this.#y -= down;
    // Not -0, which tests and people take for something else.
    return { right: right + 0, down: down + 0 };
  }
}
