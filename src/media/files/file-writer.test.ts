import { expect, test } from "vitest";
import { BLOCK_BYTES } from "./digest";
import { FileWriter } from "./file-writer";
import { MemoryDestination } from "./testing/memory-destination";
import { random } from "./testing/two-sides";

const PIECE_BYTES = 262_144;

test("an abort leaves nothing of a file that is just being opened", async () => {
  const destination = new MemoryDestination();
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const writer = new FileWriter(3 * BLOCK_BYTES, async () => {
    await opened;
    return await destination.open(0);
  });
  const added = writer.add(random(BLOCK_BYTES));
  const aborted = writer.abort();
  open();
  await Promise.all([added, aborted]);
  expect(destination.aborted).toEqual([0]);
});

test("what comes while a full buffer waits for its turn goes after it", async () => {
  const content = random(3 * BLOCK_BYTES + 5);
  const destination = new MemoryDestination();
  const letGo = destination.hold();
  const writer = new FileWriter(content.length, () => destination.open(0));
  let at = 0;
  let waiting: Promise<void> | undefined;
  const addNext = () => {
    const piece = content.subarray(at, at + PIECE_BYTES);
    at += piece.length;
    return writer.add(piece);
  };
  // The first write is held, the second buffer is full.
  for (let full = 0; full < 2; ) {
    waiting = addNext();
    if (!waiting) continue;
    full += 1;
    if (full === 1) await waiting;
  }
  const ready = writer.ready();
  letGo();
  await ready;
  while (at < content.length) await addNext();
  await writer.close();
  await waiting;
  expect(Buffer.from(content).equals(destination.files.get(0) ?? Buffer.from("none"))).toBe(true);
});
