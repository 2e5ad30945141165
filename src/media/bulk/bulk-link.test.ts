import { setImmediate as allSettled } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import {
  BULK_PACKET_BYTES,
  BULK_PAYLOAD_BYTES,
  BULK_PROTOCOL_VERSION,
  BULK_WINDOW_CREDITS,
  encodeBulkFrame,
  type NumberedFrame,
} from "@/protocol/bulk-frames";
import { BULK_BUFFERED_BYTES } from "./bulk-link";
import type { BulkReceiver } from "./bulk-receiver";
import { connectedPair, type LinkEnd, lonelyEnd } from "./testing/link-pair";

const WINDOW_BYTES = BULK_WINDOW_CREDITS * BULK_PACKET_BYTES;
const ID = "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b";

const ends: LinkEnd[] = [];
afterEach(() => {
  for (const { link } of ends.splice(0)) link.close();
});

async function pair() {
  const made = await connectedPair();
  ends.push(made.a, made.b);
  return made;
}

/** Whether a promise has settled once everything that can happen has happened. */
async function hasSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  const settle = () => {
    settled = true;
  };
  promise.then(settle, settle);
  for (let turn = 0; turn < 50; turn += 1) await allSettled();
  return settled;
}

async function firstStream(end: LinkEnd): Promise<BulkReceiver> {
  for (let turn = 0; turn < 50 && end.streams.length === 0; turn += 1) await allSettled();
  const [stream] = end.streams;
  if (!stream) throw new Error("no stream has begun");
  return stream;
}

async function readAll(stream: BulkReceiver): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of stream) pieces.push(piece);
  return Buffer.concat(pieces);
}

function bytesOf(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, at) => (at * 31 + (at >> 8)) % 256);
}

describe("a stream", () => {
  test.each([0, 1, BULK_PAYLOAD_BYTES, BULK_PAYLOAD_BYTES + 1, 3_000_000])(
    "of %i bytes arrives whole",
    async (length) => {
      const { a, b } = await pair();
      const sender = a.link.openSender(ID);
      const sent = bytesOf(length);
      const closed = sender.write(sent).then(() => sender.close());
      const stream = await firstStream(b);
      expect(stream.id).toBe(ID);
      expect((await readAll(stream)).equals(Buffer.from(sent))).toBe(true);
      await closed;
    },
  );

  test("is closed only when its receiver has read it", async () => {
    const { a, b } = await pair();
    const sender = a.link.openSender();
    await sender.write(bytesOf(10));
    const closed = sender.close();
    expect(await hasSettled(closed)).toBe(false);
    await readAll(await firstStream(b));
    await closed;
    await expect(sender.write(bytesOf(1))).rejects.toThrow(TypeError);
  });

  test("follows the one before, and both directions go at the same time", async () => {
    const { a, b } = await pair();
    const [one, two, back] = [a.link.openSender(), a.link.openSender(), b.link.openSender()];
    const later = two.write(bytesOf(2)).then(() => two.close());
    expect(await hasSettled(later)).toBe(false);
    expect(b.streams).toHaveLength(0);
    await back.write(bytesOf(3));
    await one.write(bytesOf(1));
    const closings = [one.close(), later, back.close()];
    expect(await readAll(await firstStream(a))).toHaveLength(3);
    for (let at = 0; at < 2; at += 1) {
      for (let turn = 0; turn < 50 && b.streams.length <= at; turn += 1) await allSettled();
      const stream = b.streams[at];
      expect(stream && (await readAll(stream)).length).toBe(at + 1);
    }
    await Promise.all(closings);
  });

  test("of many small ones costs what it takes, and gives everything back", async () => {
    const { a, b } = await pair();
    const count = 2_000;
    const reading = (async () => {
      for (let at = 0; at < count; at += 1) {
        while (b.streams.length <= at) await allSettled();
        const stream = b.streams[at];
        if (stream) await readAll(stream);
      }
    })();
    const closings: Promise<void>[] = [];
    for (let at = 0; at < count; at += 1) {
      const sender = a.link.openSender();
      await sender.write(Uint8Array.of(1));
      closings.push(sender.close());
    }
    await Promise.all([...closings, reading]);
    expect(a.link.error ?? b.link.error).toBeNull();
  });

  test("that its sender aborts ends in an error, even with no room left, and the next one begins", async () => {
    const { a, b } = await pair();
    const sender = a.link.openSender();
    const writing = sender.write(bytesOf(2 * WINDOW_BYTES));
    const stream = await firstStream(b);
    expect(await hasSettled(writing)).toBe(false);
    sender.abort();
    await expect(writing).rejects.toMatchObject({ end: "closed" });
    await expect(readAll(stream)).rejects.toMatchObject({ end: "aborted" });
    const next = a.link.openSender();
    const closed = next.write(bytesOf(WINDOW_BYTES)).then(() => next.close());
    for (let turn = 0; turn < 50 && b.streams.length < 2; turn += 1) await allSettled();
    expect(b.streams[1] && (await readAll(b.streams[1])).length).toBe(WINDOW_BYTES);
    await closed;
  });

  test("that its receiver leaves rejects the sender, and the next one begins", async () => {
    const { a, b } = await pair();
    const sender = a.link.openSender();
    const writing = sender.write(bytesOf(3 * WINDOW_BYTES));
    for await (const piece of await firstStream(b)) {
      expect(piece.length).toBeGreaterThan(0);
      break;
    }
    await expect(writing).rejects.toMatchObject({ end: "stopped" });
    await expect(sender.close()).rejects.toMatchObject({ end: "stopped" });
    const next = a.link.openSender();
    const closed = next.write(bytesOf(5)).then(() => next.close());
    for (let turn = 0; turn < 50 && b.streams.length < 2; turn += 1) await allSettled();
    expect(b.streams[1] && (await readAll(b.streams[1])).length).toBe(5);
    await closed;
  });
});

describe("back-pressure", () => {
  test("a receiver that takes nothing keeps the sender's write waiting, with one window under way", async () => {
    const { a, b } = await pair();
    const sender = a.link.openSender();
    const writing = sender.write(bytesOf(4 * WINDOW_BYTES));
    const stream = await firstStream(b);
    expect(await hasSettled(writing)).toBe(false);
    const sentBefore = a.channel.sentBytes;
    expect(sentBefore).toBeLessThanOrEqual(WINDOW_BYTES);
    expect(sentBefore).toBeGreaterThan(BULK_PAYLOAD_BYTES);
    const reading = readAll(stream);
    await writing;
    const closed = sender.close();
    expect(await reading).toHaveLength(4 * WINDOW_BYTES);
    await closed;
    expect(a.channel.sentBytes).toBeGreaterThan(4 * WINDOW_BYTES);
  });

  test("what lies in the relay is never more than a window, however small the pieces", async () => {
    const { a, b, hold } = await pair();
    const sender = a.link.openSender();
    await sender.write(Uint8Array.of(1));
    void readAll(await firstStream(b)).catch(() => {});
    hold(a, true);
    for (let at = 0; at < 2_000; at += 1) void sender.write(Uint8Array.of(1)).catch(() => {});
    for (let turn = 0; turn < 50; turn += 1) await allSettled();
    // The relay's SCTP refuses what goes beyond 512 messages or packets.
    expect(a.channel.onTheWay.length).toBeLessThanOrEqual(BULK_WINDOW_CREDITS);
    hold(a, false);
    await sender.write(Uint8Array.of(2));
    sender.abort();
  });

  test("the own channel is not filled beyond its mark", async () => {
    const { a } = await pair();
    a.channel.bufferedBytes = BULK_BUFFERED_BYTES;
    const sender = a.link.openSender();
    const before = a.channel.sentBytes;
    const writing = sender.write(bytesOf(10));
    expect(await hasSettled(writing)).toBe(false);
    expect(a.channel.sentBytes).toBe(before);
    a.channel.bufferedBytes = BULK_BUFFERED_BYTES / 2;
    a.link.drained();
    await writing;
  });
});

describe("giving way", () => {
  test.each(["its sender", "its receiver"])("at %s leaves little of a stream under way", async (where) => {
    const { a, b, hold } = await pair();
    const sender = a.link.openSender();
    const opening = sender.write(bytesOf((3 * WINDOW_BYTES) / 4));
    const reading = readAll(await firstStream(b));
    await opening;
    for (let turn = 0; turn < 50; turn += 1) await allSettled();
    (where === "its sender" ? a : b).link.giveWay();
    for (let turn = 0; turn < 50; turn += 1) await allSettled();
    hold(a, true);
    const writing = sender.write(bytesOf(WINDOW_BYTES));
    for (let turn = 0; turn < 50; turn += 1) await allSettled();
    const held = a.channel.onTheWay.reduce((sum, frame) => sum + frame.length, 0);
    expect(held).toBeGreaterThan(0);
    expect(held).toBeLessThan(WINDOW_BYTES / 3);
    hold(a, false);
    await writing;
    const closed = sender.close();
    expect(await reading).toHaveLength((7 * WINDOW_BYTES) / 4);
    await closed;
  });

  test("is told only while something comes, and not with every move of a mouse", async () => {
    const { a, b } = await pair();
    const before = b.channel.sentBytes;
    b.link.giveWay();
    expect(b.channel.sentBytes).toBe(before);
    const sender = a.link.openSender();
    await sender.write(bytesOf(10));
    await firstStream(b);
    const told = b.channel.sentBytes;
    for (let at = 0; at < 100; at += 1) b.link.giveWay();
    expect(b.channel.sentBytes).toBe(told + 1);
    sender.abort();
  });
});

describe("a hostile or broken other side", () => {
  /** A link that has greeted, and its other side in our hands. */
  function greeted(): { end: LinkEnd; say: (bytes: Uint8Array<ArrayBuffer>) => void } {
    const end = lonelyEnd();
    ends.push(end);
    const own = new DataView(end.channel.onTheWay[0]?.buffer ?? new ArrayBuffer(0)).getUint32(2);
    const say = (bytes: Uint8Array<ArrayBuffer>) => end.link.receive(bytes.buffer);
    say(encodeBulkFrame({ type: "hello", version: BULK_PROTOCOL_VERSION, own: 77, heard: own }));
    return { end, say };
  }
  const data = (sequence: number): NumberedFrame => ({
    type: "data",
    sequence,
    stream: 1,
    payload: new Uint8Array(BULK_PAYLOAD_BYTES),
    asks: true,
  });
  const opening: NumberedFrame = { type: "open", sequence: 0, stream: 1, id: ID };

  test("that sends more than it was granted is cut off, with one window in memory", async () => {
    const { end, say } = greeted();
    say(encodeBulkFrame(opening));
    let frames = 0;
    while (!end.link.error && frames < 10_000) {
      frames += 1;
      say(encodeBulkFrame(data(frames)));
    }
    expect(end.link.error).toMatchObject({ end: "violation" });
    expect(frames * BULK_PAYLOAD_BYTES).toBeLessThanOrEqual(WINDOW_BYTES + BULK_PAYLOAD_BYTES);
    expect(end.closings).toHaveLength(1);
    await expect(end.streams[0]?.read()).rejects.toMatchObject({ end: "violation" });
  });

  test("whose frames have a gap is taken for lost", async () => {
    const { end, say } = greeted();
    say(encodeBulkFrame(opening));
    say(encodeBulkFrame(data(2)));
    expect(end.link.error).toMatchObject({ end: "lost" });
    await expect(end.streams[0]?.read()).rejects.toMatchObject({ end: "lost" });
  });

  test.each<[string, Uint8Array<ArrayBuffer>]>([
    ["garbage", Uint8Array.of(200, 1, 2, 3, 4, 5)],
    ["a piece of a stream that never began", encodeBulkFrame({ ...data(0), stream: 5 })],
    ["streams out of order", encodeBulkFrame({ ...opening, stream: 2 })],
    [
      "no version of ours",
      encodeBulkFrame({ type: "hello", version: BULK_PROTOCOL_VERSION + 1, own: 77, heard: 0 }),
    ],
    ["a limit that no window explains", encodeBulkFrame({ type: "credit", limit: BULK_WINDOW_CREDITS + 1 })],
    ["that a stream was read which never was", encodeBulkFrame({ type: "taken", stream: 1 })],
    ["that a stream shall stop which never was", encodeBulkFrame({ type: "stop", stream: 1 })],
  ])("that says %s is cut off", (_, bytes) => {
    const { end, say } = greeted();
    say(bytes);
    expect(end.link.error).toMatchObject({ end: "violation" });
  });

  test("that says text is cut off", () => {
    const { end } = greeted();
    end.link.receive("text");
    expect(end.link.error).toMatchObject({ end: "violation" });
  });

  test("that greets as another link is taken for lost", () => {
    const { end, say } = greeted();
    say(encodeBulkFrame({ type: "hello", version: BULK_PROTOCOL_VERSION, own: 78, heard: 0 }));
    expect(end.link.error).toMatchObject({ end: "lost" });
  });

  test("that has not greeted is not listened to", () => {
    const end = lonelyEnd();
    ends.push(end);
    end.link.receive(encodeBulkFrame(opening).buffer);
    expect(end.link.error).toBeNull();
    expect(end.streams).toHaveLength(0);
  });
});

describe("a lost connection", () => {
  test("rejects whatever waits, at both ends, with the reason", async () => {
    const { a, b } = await pair();
    const sender = a.link.openSender();
    const writing = sender.write(bytesOf(4 * WINDOW_BYTES));
    const waiting = a.link.openSender().write(bytesOf(1));
    const stream = await firstStream(b);
    a.channel.isOpen = false;
    b.channel.isOpen = false;
    const reading = readAll(stream);
    await expect(reading).rejects.toMatchObject({ end: "lost" });
    a.link.drained();
    await hasSettled(writing);
    a.link.close(b.link.error ?? undefined);
    await expect(writing).rejects.toMatchObject({ end: "lost" });
    await expect(waiting).rejects.toMatchObject({ end: "lost" });
    await expect(sender.close()).rejects.toMatchObject({ end: "lost" });
    expect(() => a.link.openSender()).toThrow();
  });

  test("before the other side answered is told to whoever waits for it", async () => {
    const end = lonelyEnd();
    const opened = end.link.opened();
    end.link.close();
    await expect(opened).rejects.toMatchObject({ end: "closed" });
  });
});
