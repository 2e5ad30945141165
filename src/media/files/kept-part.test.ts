import { beforeEach, describe, expect, test, vi } from "vitest";
import type { FileSink } from "./destination";
import { BLOCK_BYTES, hashOf } from "./digest";
import { bytesOf, findPart, type KeptPart, KeptParts, removeLeftParts } from "./kept-part";
import { MemoryStorage } from "./testing/memory-storage";
import { random } from "./testing/two-sides";

const SEGMENT_BYTES = 8 * BLOCK_BYTES;
const SIZE = 40 * BLOCK_BYTES;

let storage: MemoryStorage;
beforeEach(() => {
  storage = new MemoryStorage().install();
  return () => vi.unstubAllGlobals();
});

const nowhere = (): FileSink => ({ write: async () => {}, close: async () => {}, abort: async () => {} });

async function writeAll(sink: FileSink, blocks: readonly Uint8Array<ArrayBuffer>[]): Promise<void> {
  for (const block of blocks) await sink.write(block);
}

const randomBlocks = (count: number) => Array.from({ length: count }, () => random(BLOCK_BYTES));

/** What a receipt says of a sink to which these blocks went. */
async function partOf({ kept }: FileSink, blocks: readonly Uint8Array<ArrayBuffer>[]): Promise<KeptPart> {
  const hashes = await Promise.all(blocks.slice(0, (kept?.bytes ?? 0) / BLOCK_BYTES).map(hashOf));
  return { folder: kept?.folder ?? "", hashes };
}

async function read(part: KeptPart): Promise<Buffer> {
  const blobs: Blob[] = [];
  for await (const blob of bytesOf(part)) blobs.push(blob);
  return Buffer.from(await new Blob(blobs).arrayBuffer());
}

describe("the part of a file that is kept", () => {
  test("is there for the next page as far as its segments are closed, and goes on from there", async () => {
    const blocks = randomBlocks(30);
    const sink = await new KeptParts(null).keep(nowhere(), SIZE, null);
    await writeAll(sink, blocks.slice(0, 20));
    expect(sink.kept?.bytes).toBe(2 * SEGMENT_BYTES);

    const found = await findPart(await partOf(sink, blocks));
    expect(found?.hashes).toHaveLength(16);
    const again = await new KeptParts(found).keep(nowhere(), SIZE, found);
    expect(again.kept?.bytes).toBe(2 * SEGMENT_BYTES);
    await writeAll(again, blocks.slice(16));
    const more = await findPart(await partOf(again, blocks));
    expect(more?.hashes).toHaveLength(24);
    expect((await read(more ?? { folder: "", hashes: [] })).equals(Buffer.concat(blocks.slice(0, 24)))).toBe(
      true,
    );
  });

  test.each(["close", "abort"] as const)("goes with the file's %s", async (end) => {
    const sink = await new KeptParts(null).keep(nowhere(), SIZE, null);
    await writeAll(sink, randomBlocks(12));
    expect(storage.names).toHaveLength(2);
    await sink[end]();
    expect(storage.names).toEqual([]);
    expect(sink.kept).toBeNull();
  });

  test("goes with a batch that never came back to it", async () => {
    const blocks = randomBlocks(8);
    const sink = await new KeptParts(null).keep(nowhere(), SIZE, null);
    await writeAll(sink, blocks);
    await new KeptParts(await partOf(sink, blocks)).discard();
    expect(storage.names).toEqual([]);
  });

  test("counts as far as it is unchanged", async () => {
    const blocks = randomBlocks(24);
    const sink = await new KeptParts(null).keep(nowhere(), SIZE, null);
    await writeAll(sink, blocks);
    const part = await partOf(sink, blocks);
    const second = storage.files.get(storage.names.find((name) => name.endsWith(`/${SEGMENT_BYTES}`)) ?? "");
    if (second) second[BLOCK_BYTES] = (second[BLOCK_BYTES] ?? 0) ^ 1;
    expect((await findPart(part))?.hashes).toHaveLength(8);
    storage.files.clear();
    expect(await findPart(part)).toBeNull();
  });

  test("is given up where the storage is full, and the file goes on", async () => {
    const sink = await new KeptParts(null).keep(nowhere(), SIZE, null);
    const [first = random(BLOCK_BYTES), ...rest] = randomBlocks(20);
    await sink.write(first);
    storage.isFull = true;
    await writeAll(sink, rest);
    expect(sink.kept).toBeNull();
    expect(storage.names).toEqual([]);
  });

  test("does not take the room a second time of a file that could not be stored", async () => {
    const parts = new KeptParts(null);
    const full = new DOMException("The disk is full.", "QuotaExceededError");
    const sink = await parts.keep({ ...nowhere(), write: () => Promise.reject(full) }, SIZE, null);
    await expect(sink.write(random(BLOCK_BYTES))).rejects.toBe(full);
    await sink.abort();
    expect((await parts.keep(nowhere(), SIZE, null)).kept).toBeUndefined();
  });

  test.each([
    ["short", SEGMENT_BYTES, 1e12],
    ["longer than the room for it", SIZE, SIZE],
  ])("is none of a file that is %s", async (_, size, quota) => {
    storage.quota = quota;
    expect((await new KeptParts(null).keep(nowhere(), size, null)).kept).toBeUndefined();
    expect(storage.names).toEqual([]);
  });

  test("is none where a browser has no such storage", async () => {
    vi.stubGlobal("navigator", {});
    expect((await new KeptParts(null).keep(nowhere(), SIZE, null)).kept).toBeUndefined();
    expect(await findPart({ folder: "0-a", hashes: [random(32)] })).toBeNull();
    await removeLeftParts();
  });

  test("is removed a day later", async () => {
    const day = 24 * 60 * 60 * 1_000;
    for (const ageMs of [day + 60_000, day - 60_000]) {
      storage.files.set(`madoguchi-parts/${Date.now() - ageMs}-x/`, null);
      storage.files.set(`madoguchi-parts/${Date.now() - ageMs}-x/0`, random(1));
    }
    storage.files.set("madoguchi-parts/", null);
    await removeLeftParts();
    expect(storage.names).toHaveLength(1);
    expect(Date.now() - Number.parseInt(storage.names[0]?.split("/")[1] ?? "", 10)).toBeLessThan(day);
  });
});
