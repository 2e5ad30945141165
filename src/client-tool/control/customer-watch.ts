import { CUSTOMER_MOVE_PAUSE_MS } from "@/protocol/control";

interface Place {
  readonly x: number;
  readonly y: number;
}

/** So far from where the operator put it, the pointer is in the customer's hand. */
const OWN_MOVE_PIXELS = 3;
/** Some systems round places, which is no move; less than this is never counted. */
const ROUNDING_PIXELS = 1;
/** Small differences of looks that follow each other this closely add up: a slow hand against a busy operator. */
const SUSPICION_MS = 300;
/** Some systems carry an injected move out a little later: until then the pointer may be at any of the last places. */
const UNDER_WAY_MS = 60;

/** Tells the customer's own mouse from the operator's, by where the pointer is. Its clock is handed in. */
export class CustomerWatch {
  #injected: (Place & { atMs: number })[] = [];
  #seen: Place | null = null;
  #suspicion = { pixels: 0, atMs: Number.NEGATIVE_INFINITY };
  #movedAtMs = Number.NEGATIVE_INFINITY;

  /** From here on the pointer is where it is: whatever moved it before does not count. */
  begin(place: Place): void {
    this.#injected = [];
    this.#seen = place;
    this.#movedAtMs = Number.NEGATIVE_INFINITY;
  }

  /** The operator's move was injected. */
  injected(place: Place, nowMs: number): void {
    this.#injected = this.#injected.filter(({ atMs }) => nowMs - atMs < UNDER_WAY_MS);
    this.#injected.push({ ...place, atMs: nowMs });
  }

  /** @param place where the pointer is @returns whether the customer uses the mouse, or did so a moment ago */
  look(place: Place, nowMs: number): boolean {
    if (this.#isOwnMove(place, nowMs)) {
      this.#movedAtMs = nowMs;
      // What the operator did before it lies behind the customer's move.
      this.#injected = [];
    }
    this.#seen = place;
    return nowMs - this.#movedAtMs < CUSTOMER_MOVE_PAUSE_MS;
  }

  #isOwnMove(place: Place, nowMs: number): boolean {
    // One that rests does not move, wherever it lies.
    if (this.#seen && distance(this.#seen, place) === 0) return false;
    const isMoving = nowMs - this.#movedAtMs < CUSTOMER_MOVE_PAUSE_MS;
    const pixels = Math.min(...this.#expected(nowMs).map((one) => distance(one, place)));
    // While the customer moves the operator moves nothing: every further pixel is the customer's.
    if (isMoving) return pixels > 0;
    if (pixels <= ROUNDING_PIXELS || pixels === Number.POSITIVE_INFINITY) return false;
    const before = nowMs - this.#suspicion.atMs < SUSPICION_MS ? this.#suspicion.pixels : 0;
    this.#suspicion = { pixels: before + pixels, atMs: nowMs };
    if (this.#suspicion.pixels <= OWN_MOVE_PIXELS) return false;
    this.#suspicion = { pixels: 0, atMs: Number.NEGATIVE_INFINITY };
    return true;
  }

  /** Where the pointer is if the customer leaves it alone. */
  #expected(nowMs: number): Place[] {
    const last = this.#injected.at(-1);
    const underWay = this.#injected.filter((one) => one === last || nowMs - one.atMs < UNDER_WAY_MS);
    const isSettled = last !== undefined && nowMs - last.atMs >= UNDER_WAY_MS;
    return this.#seen && !isSettled ? [...underWay, this.#seen] : underWay;
  }
}

function distance(a: Place, b: Place): number {
  return Math.max(Math.abs(a.x - b.x), Math.abs(a.y - b.y));
}

/** So often within so long: the customer takes the machine back. */
const ESCAPES = 3;
const ESCAPES_WITHIN_MS = 1_500;

/** Counts how often the customer presses Esc. */
export class EscapeWatch {
  #wasDown = false;
  #pressedAtMs: number[] = [];

  /** When Esc was pressed last. */
  get pressedAtMs(): number {
    return this.#pressedAtMs.at(-1) ?? Number.NEGATIVE_INFINITY;
  }

  /** @returns whether it was the third time */
  look(isDown: boolean, nowMs: number): boolean {
    const isPressed = isDown && !this.#wasDown;
    this.#wasDown = isDown;
    if (!isPressed) return false;
    this.#pressedAtMs = [...this.#pressedAtMs, nowMs].filter((atMs) => nowMs - atMs <= ESCAPES_WITHIN_MS);
    if (this.#pressedAtMs.length < ESCAPES) return false;
    this.#pressedAtMs = [];
    return true;
  }
}
