import { expect, test } from "vitest";
import { BLOCK_BYTES, Digest, hexOf } from "./digest";
import { IncomingTransfer } from "./incoming-transfer";
import { MemoryDestination } from "./testing/memory-destination";
import { random } from "./testing/two-sides";

const PIECE_BYTES = 262_144;

async function digestOf(content: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Digest();
  for (let at = 0; at < content.length; at += BLOCK_BYTES) digest.add(content.slice(at, at + BLOCK_BYTES));
  return hexOf(await digest.value());
}

test("a link that comes while the disk is still busy with the bytes of the one before does not mix them up", async () => {
  const content = random(4 * BLOCK_BYTES + 3);
  let settle = (_: string) => {};
  const outcome = new Promise<string>((resolve) => {
    settle = resolve;
  });
  const transfer = new IncomingTransfer({
    id: "6f9619ff-8b86-4d01-b42d-00cf4fc964ff",
    files: 1,
    bytes: content.length,
    onChange: () => {},
    onFailed: settle,
    onDone: () => settle("done"),
  });
  transfer.list([{ path: ["a"], size: content.length }]);
  const destination = new MemoryDestination();
  const letGo = destination.hold();
  transfer.accept(destination);
  const begin = () =>
    transfer.begin({ type: "file", transferId: transfer.id, file: 0, offset: transfer.position.offset });
  const addNext = () => {
    const { offset } = transfer.position;
    return transfer.add(content.subarray(offset, offset + PIECE_BYTES));
  };

  await begin();
  // The first of two full buffers is on its way to the disk, the second one waits; then the link is cut.
  let waiting: Promise<void> | undefined;
  while (transfer.position.offset < 2 * BLOCK_BYTES) {
    await waiting;
    waiting = addNext();
  }

  const begun = begin();
  const turn = new Promise<false>((resolve) => setImmediate(() => resolve(false)));
  if (await Promise.race([begun, turn])) void addNext();
  letGo();
  expect(await begun).toBe(true);
  while (transfer.position.offset < content.length) await addNext();
  await transfer.end(await digestOf(content));
  expect(await outcome).toBe("done");
  expect(Buffer.from(content).equals(destination.files.get(0) ?? Buffer.from("none"))).toBe(true);
});
