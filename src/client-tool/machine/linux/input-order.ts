/** Keeps input in its order while an earlier one has to wait. */
export class InputOrder {
  #waiting: (() => void)[] | null = null;

  /** Whether something waits. */
  get isWaiting(): boolean {
    return this.#waiting !== null;
  }

  /** At once, or after what came before. */
  run(action: () => void): void {
    if (this.#waiting === null) action();
    else this.#waiting.push(action);
  }

  /**
   * Called by an action that is not finished: everything that follows waits until the condition is settled, then `rest` goes first.
   * What fails later than its call is dropped together with all that follows it.
   */
  holdUntil(condition: Promise<void>, rest: () => void): void {
    const waiting: (() => void)[] = [];
    this.#waiting = waiting;
    const goOn = (): void => {
      if (this.#waiting !== waiting) return;
      this.#waiting = null;
      try {
        rest();
        for (const action of waiting) this.run(action);
      } catch {
        this.clear();
      }
    };
    void condition.then(goOn, goOn);
  }

  /** Drops what waits. */
  clear(): void {
    this.#waiting = null;
  }
}
