/**
 * Tells the customer's Esc from the operator's, where the system only says whether the key is down. From the operator's press on, Esc
 * does not count until the operator has let go of it *and* the system has said once that it is up: there is no delay to guess, and at
 * worst one press of the customer's at the very same moment goes unnoticed.
 */
export class OwnEscape {
  #isHeld = false;
  #mayBeDown = false;

  /** The operator's Esc was injected. */
  injected(down: boolean): void {
    this.#isHeld = down;
    this.#mayBeDown = true;
  }

  /** @param isDown what the system says @returns whether the customer holds it down */
  isCustomers(isDown: boolean): boolean {
    if (!isDown && !this.#isHeld) this.#mayBeDown = false;
    return isDown && !this.#mayBeDown;
  }
}
