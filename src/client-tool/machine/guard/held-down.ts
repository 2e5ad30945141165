import type { Guard } from "./guard-process";
import type { Held } from "./held-line";

/** What is held on a machine by this process, and known to a guard before it goes down. */
export class HeldDown implements Held {
  readonly #guard: Guard;
  /** In the order in which they went down. */
  readonly #keys = new Set<string>();
  readonly #buttons = new Set<number>();

  constructor(guard: Guard) {
    this.#guard = guard;
  }

  get keys(): string[] {
    return [...this.#keys];
  }

  get buttons(): number[] {
    return [...this.#buttons];
  }

  holdsKey(code: string): boolean {
    return this.#keys.has(code);
  }

  /** Carries out a change of a key, with the guard told in time. @throws whatever `change` throws */
  key(code: string, down: boolean, change: () => void): void {
    this.#change(this.#keys, code, down, change);
  }

  /** The same for a button. */
  button(button: number, down: boolean, change: () => void): void {
    this.#change(this.#buttons, button, down, change);
  }

  #change<T>(held: Set<T>, one: T, down: boolean, change: () => void): void {
    // What goes down half-way counts as down, and what does not come up as well.
    if (down && !held.has(one)) {
      held.add(one);
      this.#guard.tell(this);
    }
    change();
    if (!down && held.delete(one)) this.#guard.tell(this);
  }
}
