import { describe, expect, test, vi } from "vitest";
import type { FileMessage } from "@/protocol/file-transfer";
import { connectedPair } from "../bulk/testing/link-pair";
import type { FileSink } from "./destination";
import { FileTransfers } from "./file-transfers";
import { bytesOf, type KeptPart, KeptParts } from "./kept-part";
import type { KeptReceipt, KeptReceipts } from "./kept-receipts";
import { encodeMessage } from "./records";
import { MemoryDestination } from "./testing/memory-destination";
import { MemoryStorage } from "./testing/memory-storage";
import { expectFiles, files, isIn, OPEN, random, Sides, seen, takeNext } from "./testing/two-sides";

test("a receiver whose page was loaded again is asked again, and the sender is told", async () => {
  const sides = new Sides();
  const { a } = sides;
  const content = random(4_000_000);
  a.offer(files(content));
  const destination = new MemoryDestination();
  destination.hold();
  await takeNext(sides.b, destination);
  await seen(a, ({ doneBytes }) => doneBytes > 1_000_000);
  const before = sides.b;
  sides.b = new FileTransfers({ openLink: async () => (await sides.end("b")).link });
  sides.b.setWay(OPEN);
  before.close();
  await sides.cut();
  await seen(a, ({ state }) => state.phase === "offered" && state.isAgain === true);
  const next = new MemoryDestination();
  await takeNext(sides.b, next);
  await seen(a, isIn("done"));
  expectFiles(next, [content]);
});

describe("a receiver whose page was loaded again, and whose place outlives it,", () => {
  /** Remembers as a browser's database does: copies. */
  class MemoryReceipts implements KeptReceipts {
    readonly all = new Map<string, KeptReceipt>();

    async find(transferId: string): Promise<KeptReceipt | null> {
      return this.all.get(transferId) ?? null;
    }

    async keep(receipt: KeptReceipt): Promise<void> {
      this.all.set(receipt.transferId, structuredClone(receipt));
    }

    async forget(transferId: string): Promise<void> {
      this.all.delete(transferId);
    }
  }

  /** Keeps the parts of large files. */
  class PartDestination extends MemoryDestination {
    readonly #parts: KeptParts;
    /** Writes no more than that. */
    readonly #limit: number;

    constructor(begun: KeptPart | null, limit = Number.POSITIVE_INFINITY) {
      super();
      this.kept = { kind: "folder", root: Object.create(null), entries: [] };
      this.#parts = new KeptParts(begun);
      this.#limit = limit;
    }

    get begun(): KeptPart | null {
      return this.#parts.begun;
    }

    override async open(file: number, size: number, begun: KeptPart | null) {
      const sink = await super.open(file);
      const write: FileSink["write"] = async (bytes) => {
        if (this.writtenBytes >= this.#limit) await new Promise(() => {});
        await sink.write(bytes);
      };
      if (begun) for await (const one of bytesOf(begun)) await write(new Uint8Array(await one.arrayBuffer()));
      return await this.#parts.keep({ ...sink, write }, size, begun);
    }
  }

  /** A batch of which two files are stored when the receiver's page is loaded again. */
  async function interrupted(contents: readonly Uint8Array[]) {
    const sides = new Sides();
    const receipts = new MemoryReceipts();
    const open = () => new FileTransfers({ openLink: async () => (await sides.end("b")).link, receipts });
    sides.b = open();
    sides.b.setWay(OPEN);
    sides.a.offer(files(...contents));
    const destination = new MemoryDestination();
    destination.kept = { kind: "folder", root: Object.create(null), entries: [] };
    destination.holdFrom(2);
    const id = await takeNext(sides.b, destination);
    await vi.waitFor(() => expect(receipts.all.get(id)?.hashes).toHaveLength(2));
    const before = sides.b;
    sides.b = open();
    sides.b.setWay(OPEN);
    before.close();
    await sides.cut();
    return { sides, receipts, id };
  }

  test("goes on after the files that are there", async () => {
    const contents = [random(10), random(20), random(3_000_000), random(40)];
    const { sides, receipts, id } = await interrupted(contents);
    await seen(sides.b, ({ kept }) => kept?.files === 2);
    const kept = sides.b.kept(id);
    const next = new MemoryDestination();
    sides.b.accept(id, next, kept);
    await seen(sides.a, isIn("done"));
    await seen(sides.b, isIn("done"));
    expect([...next.files.keys()].sort()).toEqual([2, 3]);
    expect(Buffer.from(contents[2] ?? []).equals(next.files.get(2) ?? Buffer.from("none"))).toBe(true);
    expect(receipts.all.size).toBe(0);
  });

  test("goes on in the middle of a large file, as far as its part is kept", async () => {
    new MemoryStorage().install();
    const content = random(20 * 1_048_576 + 5);
    const sides = new Sides();
    const receipts = new MemoryReceipts();
    const open = () => new FileTransfers({ openLink: async () => (await sides.end("b")).link, receipts });
    sides.b = open();
    sides.b.setWay(OPEN);
    sides.a.offer(files(random(10), content));
    const id = await takeNext(sides.b, new PartDestination(null, 10 * 1_048_576));
    await vi.waitFor(() => expect(receipts.all.get(id)?.part?.hashes).toHaveLength(8), { timeout: 10_000 });
    const before = sides.b;
    sides.b = open();
    sides.b.setWay(OPEN);
    before.close();
    await sides.cut();
    expect(await seen(sides.b, ({ kept }) => kept?.files === 1)).toMatchObject({
      kept: { bytes: 10 + 8 * 1_048_576 },
    });
    const kept = sides.b.kept(id);
    const next = new PartDestination(kept?.part ?? null);
    sides.b.accept(id, next, kept);
    expect(sides.b.getSnapshot().transfers[0]?.doneBytes).toBe(10 + 8 * 1_048_576);
    await seen(sides.a, isIn("done"));
    expect(Buffer.from(content).equals(next.files.get(1) ?? Buffer.from("none"))).toBe(true);
    // What was there already, once more from the disk, and the rest over the link.
    expect(next.writtenBytes).toBe(content.length);
    expect(receipts.all.size).toBe(0);
    vi.unstubAllGlobals();
  });

  test("declines, and nothing is remembered", async () => {
    const { sides, receipts, id } = await interrupted([random(10), random(20), random(3_000_000)]);
    await seen(sides.b, ({ kept }) => kept?.files === 2);
    sides.b.decline(id);
    await seen(sides.a, isIn("declined"));
    expect(receipts.all.size).toBe(0);
  });

  test("knows nothing of a batch that is listed otherwise than before", async () => {
    const receipts = new MemoryReceipts();
    const { a, b } = await connectedPair();
    const side = new FileTransfers({ openLink: async () => b.link, receipts });
    b.onStream = (stream, link) => side.receive(stream, link);
    side.setWay(OPEN);
    const transferId = "6f9619ff-8b86-4d01-b42d-00cf4fc964ff";
    const place = { kind: "folder", root: Object.create(null), entries: [] } as const;
    await receipts.keep({ transferId, place, listing: "of other names", hashes: [null], part: null });
    const stream = a.link.openSender();
    const said: FileMessage[] = [
      { type: "hello", version: 1, sending: [transferId] },
      { type: "offer", transferId, files: 1, bytes: 4 },
      { type: "entries", transferId, entries: [{ path: ["a"], size: 4 }] },
    ];
    for (const message of said) await stream.write(encodeMessage(message));
    expect((await seen(side, isIn("offered"))).kept).toBeNull();
    expect(side.kept(transferId)).toBeNull();
  });
});
