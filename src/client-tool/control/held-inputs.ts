import type { Machine } from "../machine/machine";

/** Keys that are held while other keys or the mouse are used, and do not repeat meanwhile. */
const MODIFIERS = /^(Shift|Control|Alt|Meta|OS)(Left|Right)$/;

export function isModifier(code: string): boolean {
  return MODIFIERS.test(code);
}

/** What the operator holds down on the customer's machine: everything that goes down passes here, so that all of it comes up again. */
export class HeldInputs {
  readonly #machine: Pick<Machine, "pressButton" | "pressKey">;
  readonly #buttons = new Set<number>();
  /** In the order in which they went down. */
  readonly #keys = new Set<string>();

  constructor(machine: Pick<Machine, "pressButton" | "pressKey">) {
    this.#machine = machine;
  }

  get isEmpty(): boolean {
    return this.#buttons.size === 0 && this.#keys.size === 0;
  }

  get modifiers(): string[] {
    return [...this.#keys].filter(isModifier);
  }

  holds(code: string): boolean {
    return this.#keys.has(code);
  }

  /**
   * A button that is down does not go down again, and one that was let go for the operator does not go up: the system would take
   * either for a click.
   *
   * @throws MachineError
   */
  button(button: number, down: boolean): void {
    if (down === this.#buttons.has(button)) return;
    // Noted before it goes down, so that a failure half-way leaves nothing pressed; forgotten only when it is up.
    if (down) this.#buttons.add(button);
    this.#machine.pressButton(button, down);
    if (!down) this.#buttons.delete(button);
  }

  /**
   * A key that is held goes down again: that is its repetition.
   *
   * @throws MachineError
   */
  key(code: string, down: boolean): void {
    if (!down && !this.#keys.has(code)) return;
    if (down) this.#keys.add(code);
    const isKnown = this.#machine.pressKey(code, down);
    if (!down || !isKnown) this.#keys.delete(code);
  }

  /** @returns false when the system refused to let go of something: it is still in hand, to be tried again */
  releaseAll(): boolean {
    const released = [
      this.releaseKeys(() => true),
      ...[...this.#buttons].map((button) => this.#tryButton(button)),
    ];
    return released.every(Boolean);
  }

  /** The last that went down comes up first. @returns as {@link releaseAll} */
  releaseKeys(which: (code: string) => boolean): boolean {
    const keys = [...this.#keys].filter(which).reverse();
    return keys.map((code) => this.#tryKey(code)).every(Boolean);
  }

  #tryButton(button: number): boolean {
    try {
      this.button(button, false);
      return true;
    } catch {
      return false;
    }
  }

  #tryKey(code: string): boolean {
    try {
      this.key(code, false);
      return true;
    } catch {
      return false;
    }
  }
}
