const SWEEP_INTERVAL_MS = 30_000;

/** Remembers which token ids were used, each until its token has expired anyway. In memory only. */
export class SingleUseIds {
  readonly #expiryMsById = new Map<string, number>();
  #lastSweepMs = 0;

  /**
   * Takes an id.
   *
   * @param expiresAtMs when the token is refused for its age, so that the id need not be remembered longer
   * @returns false when the id was taken before
   */
  take(id: string, expiresAtMs: number, nowMs = Date.now()): boolean {
    this.#sweep(nowMs);
    if (this.#expiryMsById.has(id)) return false;
    this.#expiryMsById.set(id, expiresAtMs);
    return true;
  }

  get size(): number {
    return this.#expiryMsById.size;
  }

  #sweep(nowMs: number): void {
    if (nowMs - this.#lastSweepMs < SWEEP_INTERVAL_MS) return;
    this.#lastSweepMs = nowMs;
    for (const [id, expiresAtMs] of this.#expiryMsById) {
      if (expiresAtMs <= nowMs) this.#expiryMsById.delete(id);
    }
  }
}
