import { createHash, randomFillSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { Digest, digestOfDigests, hexOf } from "./digest";

const MIB = 1_048_576;
const data = randomFillSync(new Uint8Array(21 * MIB + 12_345));
const hashOf = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

describe("a digest", () => {
  test("is SHA-256, however the file is cut", () => {
    const digest = new Digest();
    for (let at = 0; at < data.length; at += 3 * MIB + 1) digest.update(data.subarray(at, at + 3 * MIB + 1));
    expect(hexOf(digest.value())).toBe(hashOf(data));
    expect(hexOf(new Digest().value())).toBe(hashOf(new Uint8Array()));
  });

  test.each([0, 1, 4 * MIB, 9 * MIB + 7, 21 * MIB + 12_345])(
    "goes back to byte %d and on from there",
    (bytes) => {
      const digest = new Digest();
      digest.update(data);
      const from = digest.rewind(bytes);
      expect(from).toBeLessThanOrEqual(bytes);
      expect(bytes - from).toBeLessThan(4 * MIB);
      expect(digest.bytes).toBe(from);
      digest.update(data.subarray(from, bytes));
      expect(hexOf(digest.value())).toBe(hashOf(data.subarray(0, bytes)));
      digest.update(data.subarray(bytes));
      expect(hexOf(digest.value())).toBe(hashOf(data));
    },
  );

  test("begins anew where it remembers nothing any more", () => {
    const digest = new Digest();
    for (let times = 0; times < 4; times += 1) digest.update(data);
    expect(digest.rewind(3 * MIB)).toBe(0);
  });
});

test("a batch's hash is over all its files, in order, with those that are missing", () => {
  const [a, b] = [Uint8Array.from({ length: 32 }, () => 1), Uint8Array.from({ length: 32 }, () => 2)];
  const expected = hashOf(Uint8Array.from([...a, ...new Uint8Array(32), ...b]));
  expect(digestOfDigests([a, null, b])).toBe(expected);
  expect(digestOfDigests([b, null, a])).not.toBe(expected);
});
