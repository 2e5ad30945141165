import { expect, test } from "vitest";
import { BULK_PACKET_BYTES, BULK_WINDOW_CREDITS } from "@/protocol/bulk-frames";
import { SendWindow } from "./send-window";

const FRAME_CREDITS = 14;

/** A way with a fixed delay and a bottleneck in front of which frames queue; as much is sent as the window allows. */
function send(window: SendWindow, way: { delayMs: number; creditsPerMs: number }, forMs: number) {
  let spent = 0;
  let taken = 0;
  let nowMs = 0;
  let freeAtMs = 0;
  let longestMs = 0;
  const arrivals: { spent: number; atMs: number }[] = [];
  while (nowMs < forMs) {
    while (spent + FRAME_CREDITS - taken <= window.credits) {
      spent += FRAME_CREDITS;
      window.sent(spent, nowMs);
      freeAtMs = Math.max(nowMs, freeAtMs) + FRAME_CREDITS / way.creditsPerMs;
      if (nowMs > forMs / 2) longestMs = Math.max(longestMs, freeAtMs - nowMs);
      arrivals.push({ spent, atMs: freeAtMs + way.delayMs });
    }
    const next = arrivals.shift();
    if (!next) throw new Error("nothing is under way");
    nowMs = next.atMs;
    taken = next.spent;
    window.taken(taken, nowMs);
  }
  return { rate: taken / nowMs, longestQueueMs: longestMs };
}

test("the window opens to its whole width on a long and wide way", () => {
  const window = new SendWindow();
  const { rate } = send(window, { delayMs: 150, creditsPerMs: 100 }, 10_000);
  expect(window.credits).toBe(BULK_WINDOW_CREDITS);
  const bytesPerSecond = rate * BULK_PACKET_BYTES * 1_000;
  expect(bytesPerSecond).toBeGreaterThan(0.85 * ((BULK_WINDOW_CREDITS * BULK_PACKET_BYTES) / 0.15));
});

test("a short way is kept busy without a queue in front of it", () => {
  const way = { delayMs: 1, creditsPerMs: 10 };
  const { rate, longestQueueMs } = send(new SendWindow(), way, 10_000);
  expect(rate).toBeGreaterThan(0.9 * way.creditsPerMs);
  expect(longestQueueMs).toBeLessThan(10);
});

test("a way that gets slower gets less, and more again when it recovers", () => {
  const window = new SendWindow();
  send(window, { delayMs: 20, creditsPerMs: 50 }, 5_000);
  const before = window.credits;
  let spent = 1_000_000;
  let nowMs = 5_000;
  for (let at = 0; at < 20; at += 1) {
    spent += FRAME_CREDITS;
    window.sent(spent, nowMs);
    nowMs += 300;
    window.taken(spent, nowMs);
  }
  expect(window.credits).toBe(2 * FRAME_CREDITS);
  expect(before).toBeGreaterThan(4 * FRAME_CREDITS);
});
