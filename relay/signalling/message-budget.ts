/** A token bucket: lets bursts of messages through, but not a steady flood. */
export class MessageBudget {
  readonly #burst: number;
  readonly #perSecond: number;
  #left: number;
  #countedAtMs: number;

  constructor({ burst, perSecond }: { burst: number; perSecond: number }, nowMs = performance.now()) {
    this.#burst = burst;
    this.#perSecond = perSecond;
    this.#left = burst;
    this.#countedAtMs = nowMs;
  }

  /**
   * @param cost as how many messages it counts
   * @returns false when the message is one too many
   */
  spend(nowMs = performance.now(), cost = 1): boolean {
    const earned = ((nowMs - this.#countedAtMs) / 1000) * this.#perSecond;
    this.#left = Math.min(this.#burst, this.#left + earned);
    this.#countedAtMs = nowMs;
    if (this.#left < cost) return false;
    this.#left -= cost;
    return true;
  }
}
