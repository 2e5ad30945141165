/** Longer than any join token lives, so that no token outlives the memory of its owner's dismissal. */
const REMEMBERED_MS = 10 * 60_000;
const MAX_REMEMBERED = 10_000;

/** Observers who were sent away: a token that was made before that must not bring one back; a later one may. */
export class DismissedObservers {
  /** Oldest first: a Map keeps the order of insertion. */
  readonly #byKey = new Map<string, { dismissedAtSeconds: number; forgetAtMs: number }>();

  /** @param dismissedAtSeconds since 1970, by the clock that signs tokens */
  add(sessionId: string, observerId: string, dismissedAtSeconds: number, nowMs = Date.now()): void {
    for (const [key, { forgetAtMs }] of this.#byKey) {
      if (forgetAtMs > nowMs && this.#byKey.size < MAX_REMEMBERED) break;
      this.#byKey.delete(key);
    }
    const key = keyOf(sessionId, observerId);
    this.#byKey.delete(key);
    this.#byKey.set(key, { dismissedAtSeconds, forgetAtMs: nowMs + REMEMBERED_MS });
  }

  /** Whether a token that was made then is refused. */
  refuses(sessionId: string, observerId: string, issuedAtSeconds: number, nowMs = Date.now()): boolean {
    const dismissal = this.#byKey.get(keyOf(sessionId, observerId));
    if (dismissal === undefined || dismissal.forgetAtMs <= nowMs) return false;
    return issuedAtSeconds <= dismissal.dismissedAtSeconds;
  }
}

function keyOf(sessionId: string, observerId: string): string {
  return `${sessionId}/${observerId}`;
}
