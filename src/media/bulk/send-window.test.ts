import { expect, test } from "vitest";
import { BULK_FRAME_BYTES, BULK_PACKET_BYTES, BULK_WINDOW_CREDITS } from "@/protocol/bulk-frames";
import { GIVE_WAY_MS, SendWindow } from "./send-window";

const FRAME_CREDITS = BULK_FRAME_BYTES / BULK_PACKET_BYTES;

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
  readonly #arrivals: { spent: number; atMs: number }[] = [];

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
        this.window.sent(credits, this.nowMs);
        this.#spent += credits;
        this.#freeAtMs = Math.max(this.nowMs, this.#freeAtMs) + credits / way.creditsPerMs;
        if (this.nowMs > halfMs) longestQueueMs = Math.max(longestQueueMs, this.#freeAtMs - this.nowMs);
        this.#arrivals.push({ spent: this.#spent, atMs: this.#freeAtMs + way.delayMs });
      }
      const next = this.#arrivals.shift();
      if (!next) throw new Error("nothing is under way");
      this.nowMs = next.atMs;
      this.#taken = next.spent;
      if (this.nowMs <= halfMs) takenAtHalf = this.#taken;
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
  expect(sending.credits).toBe(2 * FRAME_CREDITS);
  expect(before).toBeGreaterThan(4 * FRAME_CREDITS);
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
