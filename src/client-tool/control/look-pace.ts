import type { Machine } from "../machine/machine";

/**
 * How often the customer's hands are looked at while somebody does something, and, where the system cannot tell of them by itself (an X
 * server without XInput), a while later and when nothing has happened for long. The look between must not miss a tap on Esc; the last one costs next to nothing.
 */
const WATCH_EVERY_MS = 33;
const WATCH_LATER_EVERY_MS = 50;
const WATCH_IDLE_EVERY_MS = 125;
/** Whoever has done something is likely to go on for so long, and may do so for so long. */
export const ACTIVE_FOR_MS = 3_000;
const LATER_FOR_MS = 30_000;
/** How often obstacles and monitors are looked at; all that is done while something is in the way. */
export const SURVEY_EVERY_MS = 1_000;
/** The same while both sides' hands rest and the system tells of the customer's: most of what the tool does then is this. */
const SURVEY_AT_REST_EVERY_MS = 2_000;

/** When the customer's hands are looked at next: soon while they or the operator's are busy, else when the system tells of them. */
export class LookPace {
  readonly #machine: Pick<Machine, "awaitCustomer">;
  readonly #look: () => void;
  #stirredAtMs = Number.NEGATIVE_INFINITY;

  /** @param look called when the mouse or Esc was touched while nobody looked */
  constructor(machine: Pick<Machine, "awaitCustomer">, look: () => void) {
    this.#machine = machine;
    this.#look = look;
  }

  /**
   * How long until the next look, in ms; it may be called for before.
   *
   * @param busyAtMs when either side was last seen to do something
   */
  next(busyAtMs: number, isPaused: boolean): number {
    const restingMs = performance.now() - Math.max(busyAtMs, this.#stirredAtMs);
    const isBusy = isPaused || restingMs < ACTIVE_FOR_MS;
    if (!isBusy && this.#machine.awaitCustomer?.(this.#stirred)) return SURVEY_AT_REST_EVERY_MS;
    this.stop();
    if (isBusy) return WATCH_EVERY_MS;
    return restingMs < LATER_FOR_MS ? WATCH_LATER_EVERY_MS : WATCH_IDLE_EVERY_MS;
  }

  /** Nobody is looked after. Idempotent. */
  stop(): void {
    this.#machine.awaitCustomer?.(null);
  }

  readonly #stirred = (): void => {
    this.#stirredAtMs = performance.now();
    this.#look();
  };
}
