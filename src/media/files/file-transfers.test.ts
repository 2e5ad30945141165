import { describe, expect, test, vi } from "vitest";
import { connectedPair } from "../bulk/testing/link-pair";
import { FileTransfers } from "./file-transfers";
import { encodeDataHeader, encodeMessage } from "./records";
import { MemoryDestination } from "./testing/memory-destination";
import { expectFiles, files, isIn, OPEN, random, Sides, seen, takeNext } from "./testing/two-sides";

describe("a batch", () => {
  test.each([0, 1, 9_207, 300_000, 3_000_001])(
    "of a file of %d bytes and two others arrives as it was sent",
    async (length) => {
      const { a, b } = new Sides();
      const contents = [random(5), random(length), random(0)];
      expect(a.offer(files(...contents))).toBeNull();
      const destination = new MemoryDestination();
      await takeNext(b, destination);
      await seen(b, isIn("done"));
      await seen(a, isIn("done"));
      expectFiles(destination, contents);
    },
  );

  test("of five hundred small files needs one stream, and both directions go at once", async () => {
    const sides = new Sides();
    const { a, b } = sides;
    const many = Array.from({ length: 500 }, (_, at) => Uint8Array.of(at & 255, at >> 8));
    a.offer(files(...many));
    b.offer(files(random(2_000_000)));
    const [toB, toA] = [new MemoryDestination(8), new MemoryDestination(1)];
    const incoming = (await seen(b, ({ direction }) => direction === "receiving", 0)).id;
    b.accept(incoming, toB);
    a.accept((await seen(a, ({ direction }) => direction === "receiving", 0)).id, toA);
    for (const side of [a, b]) for (const at of [0, 1]) await seen(side, isIn("done"), at);
    expect(toB.files.size).toBe(500);
    expect(toB.files.get(499)).toEqual(many[499]);
    expect(toA.files.get(0)).toHaveLength(2_000_000);
    expect((await sides.end("b")).streams).toHaveLength(1);
  });

  test("is shown by harmless names, with programs marked", async () => {
    const { a, b } = new Sides();
    const bytes = new Blob(["x"]);
    a.offer([
      { path: ["..", "..", "x"], file: bytes },
      { path: ["a\u202Etxt.exe"], file: bytes },
    ]);
    const { files: shown } = await seen(b, isIn("offered"));
    expect(shown).toEqual([
      { name: "unnamed/unnamed/x", size: 1, isFolder: false, isProgram: false },
      { name: "atxt.exe", size: 1, isFolder: false, isProgram: true },
    ]);
  });

  test("takes empty folders along", async () => {
    const { a, b } = new Sides();
    a.offer([
      { path: ["photos", "none"], file: new Blob(), isFolder: true },
      { path: ["photos", "one"], file: new Blob(["1"]) },
      { path: ["photos", "CON"], file: new Blob(), isFolder: true },
    ]);
    const { files: shown } = await seen(b, isIn("offered"));
    expect(shown.map(({ name, isFolder }) => [name, isFolder])).toEqual([
      ["photos/none", true],
      ["photos/one", false],
      ["photos/_CON", true],
    ]);
    const destination = new MemoryDestination();
    await takeNext(b, destination);
    await seen(a, isIn("done"));
    expect([...destination.files.values()].map(({ length }) => length)).toEqual([0, 1, 0]);
  });

  test("that is declined moves nothing", async () => {
    const { a, b } = new Sides();
    a.offer(files(random(10)));
    b.decline((await seen(b, isIn("offered"))).id);
    await seen(a, isIn("declined"));
    await seen(b, isIn("declined"));
  });

  test.each(["a", "b"] as const)(
    "is cancelled by %s in the middle, and the next one goes",
    async (canceller) => {
      const sides = new Sides();
      const { a, b } = sides;
      a.offer(files(random(3_000_000)));
      const destination = new MemoryDestination();
      const goOn = destination.hold();
      const id = await takeNext(b, destination);
      await seen(b, ({ doneBytes }) => doneBytes > 1_000_000);
      sides[canceller].cancel(id);
      goOn();
      await seen(sides[canceller], ({ state }) => state.phase === "cancelled" && state.by === "me");
      await seen(
        sides[canceller === "a" ? "b" : "a"],
        ({ state }) => state.phase === "cancelled" && state.by === "other",
      );
      await vi.waitFor(() => expect(destination.isDiscarded).toBe(true));
      expect(destination.aborted).toEqual([0]);
      a.offer(files(random(4)));
      const next = new MemoryDestination();
      await takeNext(b, next);
      await seen(b, isIn("done"));
      expect(next.files.get(0)).toHaveLength(4);
    },
  );
});

describe("a cut", () => {
  /** Of five million bytes from `a` to `b`, whose disk holds them up. */
  async function inTheMiddle() {
    const sides = new Sides();
    const { a, b } = sides;
    a.offer(files(random(5_000_000)));
    const destination = new MemoryDestination();
    const goOn = destination.hold();
    await takeNext(b, destination);
    await seen(b, ({ doneBytes }) => doneBytes > 1_000_000);
    return { sides, a, b, destination, goOn };
  }

  test.each([1, 3])("of the link, %d times, costs nothing that had come", async (times) => {
    const sides = new Sides();
    const { a, b } = sides;
    const contents = [random(600_000), random(9_000_000), random(70)];
    a.offer(files(...contents));
    const destination = new MemoryDestination();
    let goOn = destination.hold();
    await takeNext(b, destination);
    for (let cuts = 1; cuts <= times; cuts += 1) {
      // What is held back is a write; two buffers more have come meanwhile.
      const { doneBytes } = await seen(b, (view) => view.doneBytes > 1_500_000 + cuts * 1_000_000);
      await sides.cut();
      expect(b.getSnapshot().transfers[0]?.doneBytes).toBeGreaterThanOrEqual(doneBytes);
      const before = goOn;
      goOn = destination.hold();
      before();
    }
    goOn();
    await seen(b, isIn("done"));
    await seen(a, isIn("done"));
    expectFiles(destination, contents);
    expect(sides.links).toBe(times + 1);
    expect(destination.aborted).toEqual([]);
    expect(destination.writtenBytes).toBe(9_600_070);
  });

  test("after which the other side's stream comes before the own way is known", async () => {
    const { sides, a, b, destination, goOn } = await inTheMiddle();
    sides.isWithoutLink = "b";
    await sides.cut();
    goOn();
    await seen(b, isIn("done"));
    await seen(a, isIn("done"));
    expect(destination.files.get(0)).toHaveLength(5_000_000);
  });

  test("after which one side did not want the other's stream: the next link does it", async () => {
    const { sides, a, b, destination, goOn } = await inTheMiddle();
    sides.refuses = "b";
    await sides.cut();
    goOn();
    await vi.waitFor(() => expect(sides.refuses).toBeNull());
    await seen(b, isIn("done"));
    await seen(a, isIn("done"));
    expect(sides.links).toBe(3);
    expect(destination.files.get(0)).toHaveLength(5_000_000);
  });

  test("while permission is missing waits, and goes on when it is back", async () => {
    const { sides, a, b, destination, goOn } = await inTheMiddle();
    for (const side of [a, b]) side.setWay({ ...OPEN, isPermitted: false });
    await sides.cut("revoked");
    goOn();
    expect(a.getSnapshot().way).toBe("notPermitted");
    await seen(a, isIn("moving"));
    expect(sides.links).toBe(1);
    for (const side of [a, b]) side.setWay(OPEN);
    await seen(a, isIn("done"));
    expect(destination.files.get(0)).toHaveLength(5_000_000);
  });

  test("before the answer: the offer is still there, once, and what is decided meanwhile counts", async () => {
    const sides = new Sides();
    const { a, b } = sides;
    a.offer(files(random(10)));
    a.offer(files(random(20)));
    await seen(b, isIn("offered"), 1);
    for (const side of [a, b]) side.setWay({ ...OPEN, isLive: false });
    await sides.cut();
    const [second, first] = b.getSnapshot().transfers;
    b.decline(second?.id ?? "");
    const destination = new MemoryDestination();
    b.accept(first?.id ?? "", destination);
    for (const side of [a, b]) side.setWay(OPEN);
    await seen(a, isIn("declined"), 0);
    await seen(a, isIn("done"), 1);
    expect(b.getSnapshot().transfers).toHaveLength(2);
  });

  test("after which the sender has forgotten the batch ends it", async () => {
    const sides = new Sides();
    const { b } = sides;
    sides.a.offer(files(random(10)));
    await seen(b, isIn("offered"));
    // The sender's page is loaded anew.
    const before = sides.a;
    sides.a = new FileTransfers({ openLink: async () => (await sides.end("a")).link });
    sides.a.setWay(OPEN);
    before.close();
    await sides.cut();
    await seen(b, ({ state }) => state.phase === "failed" && state.reason === "gone");
  });
});

describe("a failure", () => {
  test("to store is told to both, and trying again goes on with that file", async () => {
    const { a, b } = new Sides();
    const contents = [random(30), random(2_500_000), random(40)];
    a.offer(files(...contents));
    const destination = new MemoryDestination();
    destination.failing = 1;
    const id = await takeNext(b, destination);
    await seen(a, ({ state }) => state.phase === "failed" && state.reason === "storage");
    expect((await seen(b, isIn("failed"))).doneFiles).toBe(1);
    destination.failing = null;
    b.retry(id);
    await seen(a, isIn("done"));
    expectFiles(destination, contents);
  });

  test("can be tried again by the sender too", async () => {
    const { a, b } = new Sides();
    a.offer(files(random(30), random(40)));
    const destination = new MemoryDestination();
    destination.failing = 0;
    const id = await takeNext(b, destination);
    await seen(a, isIn("failed"));
    destination.failing = null;
    a.retry(id);
    await seen(b, isIn("done"));
    expect(destination.files.size).toBe(2);
  });

  test("to read a file leaves that one out", async () => {
    const { a, b } = new Sides();
    const unreadable = new Blob([random(10)]);
    unreadable.slice = () => {
      throw new DOMException("It was removed.", "NotFoundError");
    };
    a.offer([
      ...files(random(5)),
      { path: ["gone"], file: unreadable },
      { path: ["last"], file: new Blob(["x"]) },
    ]);
    const destination = new MemoryDestination();
    await takeNext(b, destination);
    expect(await seen(b, isIn("done"))).toMatchObject({ skippedFiles: 1, skippedNames: ["gone"] });
    expect((await seen(a, isIn("done"))).skippedFiles).toBe(1);
    expect([...destination.files.keys()]).toEqual([0, 2]);
  });
});

test("where nothing could be read nothing is saved", async () => {
  const { a, b } = new Sides();
  const unreadable = new Blob([random(10)]);
  unreadable.slice = () => {
    throw new DOMException("It was removed.", "NotFoundError");
  };
  a.offer([{ path: ["gone"], file: unreadable }]);
  const destination = new MemoryDestination();
  await takeNext(b, destination);
  await seen(a, isIn("done"));
  expect(destination.isDiscarded).toBe(true);
});

describe("a side that does not keep to the protocol", () => {
  const id = "6f9619ff-8b86-4d01-b42d-00cf4fc964ff";
  const hello = { type: "hello" as const, version: 1, sending: [id] };
  const offer = [
    { type: "offer" as const, transferId: id, files: 1, bytes: 4 },
    { type: "entries" as const, transferId: id, entries: [{ path: ["a"], size: 4 }] },
  ];

  /** Somebody who writes whatever into the stream, and a side that hears it. */
  async function hostile() {
    const { a, b } = await connectedPair();
    const side = new FileTransfers({ openLink: async () => b.link });
    b.onStream = (stream, link) => side.receive(stream, link);
    side.setWay(OPEN);
    const stream = a.link.openSender();
    const write = (...records: Uint8Array[]) =>
      stream.write(new Uint8Array(records.flatMap((one) => [...one])));
    return { side, write, closings: b.closings };
  }

  test("may not send more than it announced", async () => {
    const { side, write, closings } = await hostile();
    await write(...[hello, ...offer].map(encodeMessage));
    const destination = new MemoryDestination();
    await takeNext(side, destination);
    await write(encodeMessage({ type: "file", transferId: id, file: 0, offset: 0 }));
    await write(encodeDataHeader(5), new Uint8Array(5));
    await seen(side, ({ state }) => state.phase === "failed" && state.reason === "violation");
    expect(closings.map(({ end }) => end)).toEqual(["violation"]);
    expect(destination.files.size).toBe(0);
  });

  test("may not end a file before its end", async () => {
    const { side, write, closings } = await hostile();
    await write(...[hello, ...offer].map(encodeMessage));
    await takeNext(side, new MemoryDestination());
    await write(
      encodeMessage({ type: "file", transferId: id, file: 0, offset: 0 }),
      encodeMessage({ type: "end", sha256: "0".repeat(64) }),
    );
    await vi.waitFor(() => expect(closings.map(({ end }) => end)).toEqual(["violation"]));
  });

  test("may not list a folder that has bytes", async () => {
    const { write, closings } = await hostile();
    const entries = [{ path: ["a"], size: 4, isFolder: true as const }];
    await write(
      ...[hello, ...offer.slice(0, 1), { type: "entries" as const, transferId: id, entries }].map(
        encodeMessage,
      ),
    );
    await vi.waitFor(() => expect(closings.map(({ end }) => end)).toEqual(["violation"]));
  });

  test("may not list more than it announced", async () => {
    const { side, write, closings } = await hostile();
    const entries = [1, 2].map((size) => ({ path: ["a"], size }));
    await write(
      ...[hello, ...offer.slice(0, 1), { type: "entries" as const, transferId: id, entries }].map(
        encodeMessage,
      ),
    );
    await vi.waitFor(() => expect(closings.map(({ end }) => end)).toEqual(["violation"]));
    expect(side.getSnapshot().transfers).toEqual([]);
  });

  test("may not begin in the middle of what it has not been sent", async () => {
    const { side, write, closings } = await hostile();
    side.offer(files(random(5), random(5)));
    const [{ id: transferId } = { id: "" }] = side.getSnapshot().transfers;
    await write(encodeMessage(hello), encodeMessage({ type: "accept", transferId, file: 1, offset: 0 }));
    await vi.waitFor(() => expect(closings.map(({ end }) => end)).toEqual(["violation"]));
  });

  test("and sends other bytes than it hashed is found out", async () => {
    const { side, write } = await hostile();
    await write(...[hello, ...offer].map(encodeMessage));
    const destination = new MemoryDestination();
    await takeNext(side, destination);
    await write(
      encodeMessage({ type: "file", transferId: id, file: 0, offset: 0 }),
      encodeDataHeader(4),
      new Uint8Array(4),
      encodeMessage({ type: "end", sha256: "0".repeat(64) }),
    );
    await seen(side, ({ state }) => state.phase === "failed" && state.reason === "mismatch");
    expect(destination.files.size).toBe(0);
  });
});

test("what is too much is not offered at all", () => {
  const { a } = new Sides();
  const file = new Blob(["x"]);
  expect(a.offer([])).toBe("empty");
  expect(a.offer(Array.from({ length: 20_001 }, () => ({ path: ["a"], file })))).toBe("tooMany");
  expect(a.offer([{ path: Array.from({ length: 33 }, () => "a"), file }])).toBe("tooDeep");
  const huge = new Blob();
  Object.defineProperty(huge, "size", { value: 11 * 1024 ** 3 });
  expect(a.offer([{ path: ["a"], file: huge }])).toBe("tooLarge");
  expect(a.getSnapshot().transfers).toEqual([]);
});
