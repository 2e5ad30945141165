import { parseJson } from "@/lib/parse-json";
import type { BulkReceiver } from "@/media/bulk/bulk-receiver";
import type { RelayConnection } from "@/media/relay-connection";
import { annotationMessageSchema } from "@/protocol/data-channels";
import type { RelayAssignment } from "@/protocol/join-token";
import { joinRelay } from "./join-relay";

/**
 * What runs in the two browsers of the bench "control under bulk": the product's own connection to the relay. Clicks go over
 * the channel `annotation`, which is ordered and reliable and goes from the operator to the customer, parsed as the product
 * does; bulk data goes over the channel `file`.
 */
const BLOCK_BYTES = 1_048_576;
const CALIBRATION_PINGS = 60;
const PING_TIMEOUT_MS = 500;

let connection: RelayConnection | null = null;
const clickedAt: number[] = [];
const handledAt: number[] = [];
let receivedBytes = 0;
let isBulkUnderWay = false;
let isOtherThere = false;
let onPong: (theirTime: number) => void = () => {};

function live(): RelayConnection {
  if (!connection) throw new Error("Not joined.");
  return connection;
}

function say(text: string): boolean {
  return live().send("chat", {
    type: "text",
    messageId: crypto.randomUUID(),
    text,
    sentAt: "2026-01-01T00:00:00Z",
  });
}

/** Takes everything, as a writer to disk does that keeps up. */
async function drain(stream: BulkReceiver): Promise<void> {
  for await (const piece of stream) receivedBytes += piece.length;
}

function hearChat(raw: string): void {
  const message = parseJson(raw);
  const text = typeof message === "object" && message && "text" in message ? String(message.text) : "";
  if (text === "ping") say(`pong ${performance.timeOrigin + performance.now()}`);
  else if (text.startsWith("pong ")) onPong(Number(text.slice(5)));
}

async function ping(): Promise<{ roundTripMs: number; offsetMs: number }> {
  const sentAt = performance.timeOrigin + performance.now();
  const theirs = await new Promise<number>((resolve) => {
    onPong = resolve;
    say("ping");
  });
  const backAt = performance.timeOrigin + performance.now();
  return { roundTripMs: backAt - sentAt, offsetMs: theirs - (sentAt + backAt) / 2 };
}

const inPage = {
  async join(assignment: RelayAssignment): Promise<void> {
    connection = await joinRelay(assignment, {
      onOther: ({ otherPresent }) => {
        isOtherThere = otherPresent;
      },
      onMessage: (label, raw) => {
        if (label === "chat") hearChat(raw);
        else if (annotationMessageSchema.safeParse(parseJson(raw)).success) {
          handledAt.push(performance.timeOrigin + performance.now());
        }
      },
      onBulkStream: (stream) => void drain(stream),
    });
    addEventListener("pointerdown", (event) => {
      const isSent = live().send("annotation", {
        type: "stroke",
        strokeId: crypto.randomUUID(),
        color: "indigo",
        points: [[event.clientX / innerWidth, event.clientY / innerHeight]],
      });
      // From the instant that the browser has the click: what waits for this page's main thread counts.
      if (isSent) clickedAt.push(performance.timeOrigin + event.timeStamp);
    });
  },

  /** Whether messages pass both ways. */
  async isReady(): Promise<boolean> {
    if (!isOtherThere) return false;
    return await new Promise<boolean>((resolve) => {
      onPong = () => resolve(true);
      // A ping that comes before the other page listens is never answered; the next one will be.
      setTimeout(() => resolve(false), PING_TIMEOUT_MS);
      if (!say("ping")) resolve(false);
    });
  },

  /** By how much the other page's clock is ahead of this one's, in ms, as the quickest of many round trips tells. */
  async clockOffsetMs(): Promise<number> {
    let best = await ping();
    for (let at = 1; at < CALIBRATION_PINGS; at += 1) {
      const next = await ping();
      if (next.roundTripMs < best.roundTripMs) best = next;
    }
    return best.offsetMs;
  },

  /** Begins to send so many bytes; {@link isBulkUnderWay} tells when they were read at the other side. */
  async sendBulk(bytes: number): Promise<void> {
    isBulkUnderWay = true;
    const sender = (await live().openBulk()).openSender();
    const block = new Uint8Array(BLOCK_BYTES);
    crypto.getRandomValues(block.subarray(0, 65_536));
    const sendAll = async () => {
      for (let sent = 0; sent < bytes; sent += block.length) {
        await sender.write(block.subarray(0, Math.min(block.length, bytes - sent)));
      }
      await sender.close();
      isBulkUnderWay = false;
    };
    void sendAll();
  },

  isBulkUnderWay: () => isBulkUnderWay,
  /** What has been read here since the page began, and when that was asked, in seconds. */
  progress: () => ({ bytes: receivedBytes, atSeconds: performance.now() / 1_000 }),
  /** When the page was clicked, and when a click was handled, since the last call; this page's clock. */
  takeClicks: () => clickedAt.splice(0),
  takeHandled: () => handledAt.splice(0),
};

declare global {
  var bulkBench: BulkBenchInPage;
}
export type BulkBenchInPage = typeof inPage;
globalThis.bulkBench = inPage;
