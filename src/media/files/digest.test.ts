import { createHash, randomFillSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { BLOCK_BYTES, Digest, digestOfDigests, hexOf } from "./digest";

const data = randomFillSync(new Uint8Array(5 * BLOCK_BYTES + 12_345));
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest();

function hashOf(bytes: Uint8Array): string {
  const blocks: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += BLOCK_BYTES)
    blocks.push(sha256(bytes.subarray(at, at + BLOCK_BYTES)));
  return sha256(Buffer.concat(blocks)).toString("hex");
}

function addAll(digest: Digest, bytes: Uint8Array<ArrayBuffer>): void {
  for (let at = digest.bytes; at < bytes.length; at += BLOCK_BYTES)
    digest.add(bytes.subarray(at, at + BLOCK_BYTES));
}

describe("a digest", () => {
  test.each([0, 1, 4_096, 4_097, BLOCK_BYTES, BLOCK_BYTES + 1, data.length])(
    "of %d bytes is SHA-256 over that of each block",
    async (length) => {
      const digest = new Digest();
      addAll(digest, data.slice(0, length));
      digest.add(new Uint8Array());
      expect(digest.bytes).toBe(length);
      expect(hexOf(await digest.value())).toBe(hashOf(data.subarray(0, length)));
    },
  );

  test("takes bytes as they are when they are added", async () => {
    const [digest, block] = [new Digest(), data.slice(0, BLOCK_BYTES)];
    digest.add(block);
    block.fill(0);
    expect(hexOf(await digest.value())).toBe(hashOf(data.subarray(0, BLOCK_BYTES)));
  });

  test.each([0, 1, BLOCK_BYTES, 3 * BLOCK_BYTES - 1, 3 * BLOCK_BYTES + 7, data.length])(
    "goes back to the block of byte %d and on from there",
    async (bytes) => {
      const digest = new Digest();
      addAll(digest, data);
      const from = digest.rewind(bytes);
      expect(from).toBeLessThanOrEqual(bytes);
      expect(bytes - from).toBeLessThan(BLOCK_BYTES);
      expect(digest.bytes).toBe(from);
      addAll(digest, data);
      expect(hexOf(await digest.value())).toBe(hashOf(data));
    },
  );

  test("takes no block after a shorter one, and none that is too long", () => {
    const digest = new Digest();
    expect(() => digest.add(new Uint8Array(BLOCK_BYTES + 1))).toThrow(RangeError);
    digest.add(new Uint8Array(5));
    expect(() => digest.add(new Uint8Array(5))).toThrow(RangeError);
  });
});

test("a batch's hash is over all its files, in order, with those that are missing", () => {
  const [a, b] = [Uint8Array.from({ length: 32 }, () => 1), Uint8Array.from({ length: 32 }, () => 2)];
  const expected = sha256(Uint8Array.from([...a, ...new Uint8Array(32), ...b])).toString("hex");
  expect(digestOfDigests([a, null, b])).toBe(expected);
  expect(digestOfDigests([b, null, a])).not.toBe(expected);
});
