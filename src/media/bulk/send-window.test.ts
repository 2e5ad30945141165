import { expect, test } from "vitest";
import { BULK_FRAME_BYTES, BULK_PACKET_BYTES, BULK_WINDOW_CREDITS } from "@/protocol/bulk-frames";
import { GIVE_WAY_MS, SendWindow } from "./send-window";

const FRAME_CREDITS = BULK_FRAME_BYTES / BULK_PACKET_BYTES;

/** What a sender never goes below while nobody acts. */
const LEAST_CREDITS = 16;

interface Way {
  delayMs: number;
  creditsPerMs: number;
}

/** A way with a fixed delay and a bottleneck in front of which frames queue; as much is sent as the window allows. */
class Sending {
  readonly window = new SendWindow();
  nowMs = 0;
  #spent = 0;
  #taken = 0;
  #freeAtMs = 0;
  readonly #arrivals: { spent: number; atMs: number; asks: boolean }[] = [];
  frames = 0;
  answers = 0;

  /** @returns the rate in credits a millisecond, and how long a frame took to get past the bottleneck, in the later half */
  run(way: Way, forMs: number, { isGivingWay = false } = {}): { rate: number; longestQueueMs: number } {
    const untilMs = this.nowMs + forMs;
    const halfMs = this.nowMs + forMs / 2;
    let takenAtHalf = this.#taken;
    let longestQueueMs = 0;
    while (this.nowMs < untilMs) {
      if (isGivingWay) this.window.giveWay(this.nowMs);
      for (;;) {
        const credits = this.window.frameCredits(this.nowMs);
        if (!this.window.fits(credits, this.nowMs)) break;
        const asks = this.window.shouldAsk(credits, this.nowMs);
        this.window.sent(credits, asks, this.nowMs);
        this.frames += 1;
        this.#spent += credits;
        this.#freeAtMs = Math.max(this.nowMs, this.#freeAtMs) + credits / way.creditsPerMs;
        if (this.nowMs > halfMs) longestQueueMs = Math.max(longestQueueMs, this.#freeAtMs - this.nowMs);
        this.#arrivals.push({ spent: this.#spent, atMs: this.#freeAtMs + way.delayMs, asks });
      }
      const last = this.#arrivals.at(-1);
      if (last && this.window.hasUnaskedOnly) {
        this.window.asked();
        last.asks = true;
      }
      const next = this.#arrivals.shift();
      if (!next) throw new Error("nothing is under way");
      this.nowMs = next.atMs;
      this.#taken = next.spent;
      if (this.nowMs <= halfMs) takenAtHalf = this.#taken;
      if (!next.asks) continue;
      this.answers += 1;
      this.window.taken(this.#taken, this.nowMs);
    }
    return { rate: (this.#taken - takenAtHalf) / (this.nowMs - halfMs), longestQueueMs };
  }

  get credits(): number {
    return this.window.credits(this.nowMs);
  }
}

const short: Way = { delayMs: 1, creditsPerMs: 10 };
const long: Way = { delayMs: 150, creditsPerMs: 100 };

test("the window opens to its whole width on a long and wide way", () => {
  const sending = new Sending();
  const { rate } = sending.run(long, 10_000);
  expect(sending.credits).toBe(BULK_WINDOW_CREDITS);
  expect(rate).toBeGreaterThan(0.9 * (BULK_WINDOW_CREDITS / long.delayMs));
});

test("a short way is kept busy with a short queue in front of it, and with none while somebody acts", () => {
  const sending = new Sending();
  const { rate, longestQueueMs } = sending.run(short, 10_000);
  expect(rate).toBeGreaterThan(0.9 * short.creditsPerMs);
  expect(longestQueueMs).toBeLessThan(50);
  expect(sending.run(short, 10_000, { isGivingWay: true }).longestQueueMs).toBeLessThan(2);
});

test("a way that gets slower gets less, and more again when it recovers", () => {
  const sending = new Sending();
  const wide: Way = { delayMs: 20, creditsPerMs: 50 };
  const { rate } = sending.run(wide, 5_000);
  const before = sending.credits;
  sending.run({ delayMs: 300, creditsPerMs: 50 }, 5_000);
  expect(sending.credits).toBe(LEAST_CREDITS);
  expect(before).toBeGreaterThan(2 * LEAST_CREDITS);
  expect(sending.run(wide, 10_000).rate).toBeGreaterThan(0.9 * rate);
});

test("while somebody acts, frames are small and most of a short way is free; soon after, none of it", () => {
  const sending = new Sending();
  const { rate } = sending.run(short, 5_000);
  const meanwhile = sending.run(short, 5_000, { isGivingWay: true });
  expect(sending.window.frameCredits(sending.nowMs)).toBeLessThan(FRAME_CREDITS);
  expect(meanwhile.rate).toBeGreaterThan(0.1 * rate);
  expect(meanwhile.longestQueueMs).toBeLessThan(2);
  sending.run(short, 1.1 * GIVE_WAY_MS);
  expect(sending.run(short, 5_000).rate).toBeGreaterThan(0.9 * rate);
});

test("while somebody acts, a long way still carries a megabyte a second, from the beginning", () => {
  const { rate } = new Sending().run(long, 10_000, { isGivingWay: true });
  expect(rate * BULK_PACKET_BYTES * 1_000).toBeGreaterThan(900_000);
});

test("while somebody acts, a way that is slower than that gets no queue either", () => {
  const slow: Way = { delayMs: 40, creditsPerMs: 0.4 };
  const sending = new Sending();
  sending.run(slow, 10_000);
  const { longestQueueMs } = sending.run(slow, 10_000, { isGivingWay: true });
  expect(longestQueueMs).toBeLessThan(3 * slow.delayMs);
});

test("answers are asked for a few times a window, to each frame while somebody acts, and when it is narrower all at once", () => {
  const sending = new Sending();
  sending.run(long, 10_000);
  const { frames, answers } = sending;
  sending.run(long, 5_000);
  const [moreFrames, moreAnswers] = [sending.frames - frames, sending.answers - answers];
  expect(moreFrames * FRAME_CREDITS).toBeLessThan(
    1.1 * moreAnswers * (BULK_WINDOW_CREDITS / 7 + FRAME_CREDITS),
  );
  expect(moreAnswers).toBeLessThan(0.7 * moreFrames);
  const way: Way = { delayMs: 5, creditsPerMs: 100 };
  sending.run(way, 5_000, { isGivingWay: true });
  const before = { frames: sending.frames, answers: sending.answers };
  sending.run(way, 5_000, { isGivingWay: true });
  expect(sending.answers - before.answers).toBe(sending.frames - before.frames);
});

test("it is known when what is under way was never asked for", () => {
  const { window, nowMs } = new Sending();
  expect(window.hasUnaskedOnly).toBe(false);
  window.sent(8, true, nowMs);
  window.sent(4, false, nowMs);
  expect(window.hasUnaskedOnly).toBe(false);
  window.taken(8, nowMs + 1);
  expect(window.hasUnaskedOnly).toBe(true);
  window.asked();
  expect(window.hasUnaskedOnly).toBe(false);
  window.taken(12, nowMs + 2);
  expect(window.hasUnaskedOnly).toBe(false);
});
