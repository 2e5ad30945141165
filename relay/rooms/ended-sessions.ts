/** Longer than any join token lives, so that no token outlives the memory of its session's end. */
const REMEMBERED_MS = 10 * 60_000;
const MAX_REMEMBERED = 10_000;

/** Sessions that are over: a late token must not bring one back to life. */
export class EndedSessions {
  /** Oldest first: a Map keeps the order of insertion. */
  readonly #forgetAtMsById = new Map<string, number>();

  add(sessionId: string, nowMs = Date.now()): void {
    for (const [id, forgetAtMs] of this.#forgetAtMsById) {
      if (forgetAtMs > nowMs && this.#forgetAtMsById.size < MAX_REMEMBERED) break;
      this.#forgetAtMsById.delete(id);
    }
    this.#forgetAtMsById.delete(sessionId);
    this.#forgetAtMsById.set(sessionId, nowMs + REMEMBERED_MS);
  }

  has(sessionId: string, nowMs = Date.now()): boolean {
    const forgetAtMs = this.#forgetAtMsById.get(sessionId);
    return forgetAtMs !== undefined && forgetAtMs > nowMs;
  }
}
