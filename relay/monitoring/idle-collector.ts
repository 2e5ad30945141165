import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** A session that ends may be followed by the next; only after this long is the relay taken to be at rest. */
export const IDLE_AFTER_MS = 5_000;

/**
 * Collects garbage once whenever the relay has come to rest. V8 does so only when something new is allocated: without this a relay
 * would hold the memory of its busiest hour until the next one.
 */
export class IdleCollector {
  readonly #sessions: () => number;
  readonly #collect: () => void;
  readonly #timer: NodeJS.Timeout;
  /** Whether a session was seen since the last collection, and at how many looks in a row none. */
  #wasBusy = false;
  #idleLooks = 0;

  /** @param sessions how many there are now */
  constructor(sessions: () => number, collect: () => void = collectGarbage) {
    this.#sessions = sessions;
    this.#collect = collect;
    this.#timer = setInterval(() => this.#look(), IDLE_AFTER_MS / 2);
    this.#timer.unref();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    if (this.#sessions() > 0) {
      this.#wasBusy = true;
      this.#idleLooks = 0;
      return;
    }
    this.#idleLooks += 1;
    if (!this.#wasBusy || this.#idleLooks < 2) return;
    this.#wasBusy = false;
    this.#collect();
  }
}

function collectGarbage(): void {
  // The function is not there unless the flag is set, and it may be set at any time.
  setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("gc");
  if (typeof collect === "function") collect();
}
