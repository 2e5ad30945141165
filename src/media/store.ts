/**
 * A value that can be watched: what `useSyncExternalStore` asks for. The value is replaced, never changed in place, and
 * listeners hear of it at most once a change.
 */
export class Store<T extends object> {
  #value: T;
  readonly #listeners = new Set<() => void>();

  constructor(initial: T) {
    this.#value = initial;
  }

  readonly getSnapshot = (): T => this.#value;

  /** @returns a function that ends the subscription */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Replaces the named parts; a patch that changes nothing wakes nobody. */
  update(patch: Partial<T>): void {
    const next = { ...this.#value, ...patch };
    const keys = Object.keys(patch) as (keyof T)[];
    if (keys.every((key) => Object.is(next[key], this.#value[key]))) return;
    this.#value = next;
    for (const listener of [...this.#listeners]) listener();
  }
}
