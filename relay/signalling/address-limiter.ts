/** Counts, for each address, the connections that have not joined yet. */
export class AddressLimiter {
  readonly #limit: number;
  readonly #countByAddress = new Map<string, number>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** @returns a function that gives the place back (once), or null when the address has none left */
  enter(address: string): (() => void) | null {
    const count = this.#countByAddress.get(address) ?? 0;
    if (count >= this.#limit) return null;
    this.#countByAddress.set(address, count + 1);
    let isInside = true;
    return () => {
      if (!isInside) return;
      isInside = false;
      const left = (this.#countByAddress.get(address) ?? 1) - 1;
      if (left > 0) this.#countByAddress.set(address, left);
      else this.#countByAddress.delete(address);
    };
  }
}
