/**
 * Which of the operator's moves still count. They may overtake one another and the buttons, on another channel: whatever is older than the
 * last place that was acted at is left out.
 */
export class InputOrder {
  #last = -1;

  /** A console that is there anew counts from the beginning. */
  reset(): void {
    this.#last = -1;
  }

  /** @returns whether the move is the latest so far */
  takesMove(sequence: number): boolean {
    if (sequence <= this.#last) return false;
    this.#last = sequence;
    return true;
  }

  /** Something happened at a place of its own: earlier moves come too late from here on. */
  placed(sequence: number): void {
    this.#last = Math.max(this.#last, sequence);
  }
}
