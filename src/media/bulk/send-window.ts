import { BULK_PAYLOAD_BYTES, BULK_WINDOW_CREDITS, creditsOfPayload } from "@/protocol/bulk-frames";

const FRAME_CREDITS = creditsOfPayload(BULK_PAYLOAD_BYTES);
/** Never less under way than two frames: the receiver grants anew for each whole one. */
const LEAST_CREDITS = 2 * FRAME_CREDITS;
const FIRST_CREDITS = 4 * FRAME_CREDITS;
/** So much longer than the shortest round trip may one take, in ms and as a share of the shortest. */
const QUEUE_TARGET_MS = 4;
const QUEUE_TARGET_SHARE = 0.25;
/** The shortest round trip is that of the last one or two such periods: ways change. */
const BASE_PERIOD_MS = 15_000;

/**
 * How much a sender has under way at most: as much as fills the way and no more. Everything beyond that would only wait
 * somewhere: in a router, in the relay's socket, in the receiver's page, and there the operator's clicks would wait behind it.
 * So the window grows while round trips are about as short as they ever were and shrinks when they get longer, as LEDBAT does
 * (RFC 6817). A round trip is from a frame to the credits for it, so a slow consumer shrinks the window as well.
 */
export class SendWindow {
  #credits = FIRST_CREDITS;
  #isStarting = true;
  #lastDecreaseMs = Number.NEGATIVE_INFINITY;
  /** Frames whose credits have not come back: the credits spent with each, and when that was. */
  readonly #underWay: { spent: number; atMs: number }[] = [];
  #base = {
    sinceMs: Number.NEGATIVE_INFINITY,
    shortestMs: Number.POSITIVE_INFINITY,
    beforeMs: Number.POSITIVE_INFINITY,
  };

  /** Credits that may be under way. */
  get credits(): number {
    return Math.floor(this.#credits);
  }

  /** @param spent credits spent since the beginning, with this frame */
  sent(spent: number, nowMs: number): void {
    this.#underWay.push({ spent, atMs: nowMs });
  }

  /** @param taken credits that the receiver's consumer has taken since the beginning */
  taken(taken: number, nowMs: number): void {
    const spentBefore = this.#underWay.at(-1)?.spent ?? 0;
    let sentAtMs: number | undefined;
    let first: number | undefined;
    for (let next = this.#underWay[0]; next && next.spent <= taken; next = this.#underWay[0]) {
      first ??= next.spent;
      sentAtMs = next.atMs;
      this.#underWay.shift();
    }
    if (sentAtMs === undefined || first === undefined) return;
    const roundTripMs = nowMs - sentAtMs;
    const shortestMs = this.#shortest(roundTripMs, nowMs);
    const returned = taken - first + FRAME_CREDITS;
    const wasFull = spentBefore - first + 2 * FRAME_CREDITS >= this.#credits;
    const queuedMs = roundTripMs - shortestMs;
    const targetMs = QUEUE_TARGET_MS + QUEUE_TARGET_SHARE * shortestMs;
    if (queuedMs > targetMs) this.#shrink(targetMs / queuedMs, roundTripMs, nowMs);
    else if (wasFull) this.#grow(returned);
  }

  #grow(returned: number): void {
    const growth = this.#isStarting ? returned : (returned * FRAME_CREDITS) / this.#credits;
    this.#credits = Math.min(BULK_WINDOW_CREDITS, this.#credits + growth);
  }

  /** At most once a round trip: what is under way was sent before the last time. */
  #shrink(factor: number, roundTripMs: number, nowMs: number): void {
    if (nowMs - this.#lastDecreaseMs < roundTripMs) return;
    this.#lastDecreaseMs = nowMs;
    this.#isStarting = false;
    this.#credits = Math.max(LEAST_CREDITS, this.#credits * Math.max(0.5, factor));
  }

  #shortest(roundTripMs: number, nowMs: number): number {
    const base = this.#base;
    if (nowMs - base.sinceMs > BASE_PERIOD_MS) {
      this.#base = { sinceMs: nowMs, shortestMs: roundTripMs, beforeMs: base.shortestMs };
    } else if (roundTripMs < base.shortestMs) {
      base.shortestMs = roundTripMs;
    }
    return Math.min(this.#base.shortestMs, this.#base.beforeMs);
  }
}
