import {
  BULK_PACKET_BYTES,
  BULK_PAYLOAD_BYTES,
  BULK_WINDOW_CREDITS,
  creditsOfPayload,
} from "@/protocol/bulk-frames";

const FRAME_CREDITS = creditsOfPayload(BULK_PAYLOAD_BYTES);
/** Frames are as long as this where little is under way... */
const SHORT_FRAME_CREDITS = 8;
/** ...and this share of the window, up to the longest, where more is: the next ones are on their way while one is taken. */
const FRAME_SHARE = 1 / 8;
/** Credits are asked for each time that so much of the window has been sent: often enough that it never stands still. */
const ASK_SHARE = 1 / 8;
/** Never less under way than two frames: one is on its way while the credits for the other come back. */
const LEAST_CREDITS = 2 * SHORT_FRAME_CREDITS;
const FIRST_CREDITS = 4 * SHORT_FRAME_CREDITS;
/** By so much the window grows while one of it is sent, once it has been too wide. */
const GROWTH_CREDITS = SHORT_FRAME_CREDITS;
/**
 * So much longer than the shortest round trip may one take, in ms, and as a share of the shortest. A round trip passes two pages, whose
 * own work alone makes it differ by more than the narrow one: kept to that, a sender would stand still most of the time.
 */
const QUEUE_TARGET_MS = 40;
/** The same while somebody acts. */
const NARROW_QUEUE_TARGET_MS = 4;
const QUEUE_TARGET_SHARE = 0.25;
/** The shortest round trip is that of the last one or two such periods: ways change. */
const BASE_PERIOD_MS = 15_000;

/** For so long after the last sign of it somebody is taken to act: longer than the pauses between a person's moves and clicks. */
export const GIVE_WAY_MS = 1_000;
/** While somebody acts, this share of the window is used... */
const GIVE_WAY_SHARE = 0.125;
/** ...with frames as small as this at least... */
const GIVE_WAY_FRAME_CREDITS = 2;
/**
 * ...of which one at a time is under way, so that on one machine no more than one thread at a time is busy with it; and a credit
 * for the short rest of a block...
 */
const GIVE_WAY_LEAST_CREDITS = GIVE_WAY_FRAME_CREDITS + 1;
/** ...or as much as makes this rate on a long way, where little under way would mean next to nothing. */
const GIVE_WAY_BYTES_PER_SECOND = 1_000_000;

/**
 * How much a sender has under way at most: as much as fills the way and no more. Everything beyond that would only wait
 * somewhere: in a router, in the relay's socket, in the receiver's page, and there the operator's clicks would wait behind it.
 * So the window grows while round trips are about as short as they ever were and shrinks when they get longer, as LEDBAT does
 * (RFC 6817). A round trip is from a frame to the credits for it, so a slow consumer shrinks the window as well.
 *
 * What cannot be avoided so is that bulk data keeps processors busy: its packets pass the same threads of both browsers and of the
 * relay as a click does. While somebody acts it therefore takes a small part of what it could get, and all of it again soon after.
 */
export class SendWindow {
  readonly #wide = new QueueControl(QUEUE_TARGET_MS);
  readonly #narrow = new QueueControl(NARROW_QUEUE_TARGET_MS);
  #givesWayUntilMs = Number.NEGATIVE_INFINITY;
  #spent = 0;
  #taken = 0;
  /** Credits spent up to the last frame with which credits were asked for. */
  #asked = 0;
  /** Frames whose credits have not come back: the credits spent up to each, and when that was. */
  readonly #underWay: { spent: number; credits: number; atMs: number }[] = [];
  #base = {
    sinceMs: Number.NEGATIVE_INFINITY,
    shortestMs: Number.POSITIVE_INFINITY,
    beforeMs: Number.POSITIVE_INFINITY,
  };

  /** Credits that may be under way. */
  credits(nowMs: number): number {
    const wide = Math.floor(this.#wide.credits);
    if (nowMs >= this.#givesWayUntilMs) return wide;
    const all = Math.min(wide, Math.floor(this.#narrow.credits));
    const shortestMs = Math.min(this.#base.shortestMs, this.#base.beforeMs);
    const longWay = Number.isFinite(shortestMs)
      ? (GIVE_WAY_BYTES_PER_SECOND * shortestMs) / 1_000 / BULK_PACKET_BYTES
      : 0;
    return Math.min(all, Math.floor(Math.max(all * GIVE_WAY_SHARE, longWay, GIVE_WAY_LEAST_CREDITS)));
  }

  /** Credits of the longest frame to send now: two fit the window where it is not at its least. */
  frameCredits(nowMs: number): number {
    const credits = this.credits(nowMs);
    const isGivingWay = nowMs < this.#givesWayUntilMs;
    const longest = isGivingWay ? SHORT_FRAME_CREDITS : Math.max(SHORT_FRAME_CREDITS, credits * FRAME_SHARE);
    const half = Math.max(GIVE_WAY_FRAME_CREDITS, credits / 2);
    return Math.floor(Math.min(FRAME_CREDITS, longest, half));
  }

  /** Whether credits have to be asked for with a frame of so many that is sent now. */
  shouldAsk(credits: number, nowMs: number): boolean {
    return this.#spent + credits - this.#asked >= this.credits(nowMs) * ASK_SHARE;
  }

  /** Whether frames are under way and credits have been asked for with none of them. */
  get hasUnaskedOnly(): boolean {
    return this.#spent > this.#taken && this.#asked <= this.#taken;
  }

  /** Credits have been asked for, for all that is under way. */
  asked(): void {
    this.#asked = this.#spent;
  }

  /** Whether a frame of so many credits may be sent now. */
  fits(credits: number, nowMs: number): boolean {
    return this.#spent + credits - this.#taken <= this.credits(nowMs);
  }

  /** Somebody acts: little may be under way for {@link GIVE_WAY_MS} from here on. */
  giveWay(nowMs: number): void {
    this.#givesWayUntilMs = nowMs + GIVE_WAY_MS;
  }

  /** @param credits what the frame costs that is sent now @param asks whether credits are asked for with it */
  sent(credits: number, asks: boolean, nowMs: number): void {
    this.#spent += credits;
    if (asks) this.#asked = this.#spent;
    this.#underWay.push({ spent: this.#spent, credits, atMs: nowMs });
  }

  /** @param taken credits that the receiver's consumer has taken since the beginning, of those that were told to {@link sent} */
  taken(taken: number, nowMs: number): void {
    const wanted = this.#spent - this.#taken + this.frameCredits(nowMs);
    this.#taken = taken;
    let sentAtMs: number | undefined;
    let returned = 0;
    for (let next = this.#underWay[0]; next && next.spent <= taken; next = this.#underWay[0]) {
      returned += next.credits;
      sentAtMs = next.atMs;
      this.#underWay.shift();
    }
    if (sentAtMs === undefined) return;
    const roundTripMs = nowMs - sentAtMs;
    const shortestMs = this.#shortest(roundTripMs, nowMs);
    for (const control of [this.#wide, this.#narrow]) {
      control.returned(returned, { wanted, roundTripMs, shortestMs, nowMs });
    }
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

interface RoundTrip {
  /** Credits that would have been under way before these came back, with one more frame. */
  readonly wanted: number;
  readonly roundTripMs: number;
  readonly shortestMs: number;
  readonly nowMs: number;
}

/** Grows while round trips are short enough, and shrinks while they are not. */
class QueueControl {
  readonly #targetMs: number;
  #credits = FIRST_CREDITS;
  #isStarting = true;
  #lastDecreaseMs = Number.NEGATIVE_INFINITY;

  constructor(targetMs: number) {
    this.#targetMs = targetMs;
  }

  get credits(): number {
    return this.#credits;
  }

  returned(returned: number, { wanted, roundTripMs, shortestMs, nowMs }: RoundTrip): void {
    const queuedMs = roundTripMs - shortestMs;
    const targetMs = this.#targetMs + QUEUE_TARGET_SHARE * shortestMs;
    if (queuedMs > targetMs) this.#shrink(targetMs / queuedMs, roundTripMs, nowMs);
    else if (wanted > this.#credits) this.#grow(returned);
  }

  #grow(returned: number): void {
    const growth = this.#isStarting ? returned : (returned * GROWTH_CREDITS) / this.#credits;
    this.#credits = Math.min(BULK_WINDOW_CREDITS, this.#credits + growth);
  }

  /** At most once a round trip: what is under way was sent before the last time. */
  #shrink(factor: number, roundTripMs: number, nowMs: number): void {
    if (nowMs - this.#lastDecreaseMs < roundTripMs) return;
    this.#lastDecreaseMs = nowMs;
    this.#isStarting = false;
    this.#credits = Math.max(LEAST_CREDITS, this.#credits * Math.max(0.5, factor));
  }
}
