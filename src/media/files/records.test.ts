import { describe, expect, test } from "vitest";
import type { FileMessage } from "@/protocol/file-transfer";
import { encodeDataHeader, encodeMessage, RecordError, RecordReader } from "./records";

const transferId = "6f9619ff-8b86-4d01-b42d-00cf4fc964ff";
const messages: FileMessage[] = [
  { type: "hello", version: 1, sending: [transferId] },
  { type: "file", transferId, file: 0, offset: 7 },
];

function joined(...pieces: Uint8Array[]): Uint8Array {
  const all = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

/** What a reader makes of a stream that comes in pieces of such a length. */
function readInPieces(stream: Uint8Array, length: number): { messages: FileMessage[]; data: number[] } {
  const reader = new RecordReader();
  const found: { messages: FileMessage[]; data: number[] } = { messages: [], data: [] };
  for (let at = 0; at < stream.length; at += length) {
    for (const part of reader.read(stream.subarray(at, at + length))) {
      if (part.type === "message") found.messages.push(part.message);
      else found.data.push(...part.bytes);
    }
  }
  return found;
}

describe("records", () => {
  const data = Uint8Array.from({ length: 300 }, (_, at) => at % 251);
  const stream = joined(
    ...messages.map(encodeMessage),
    encodeDataHeader(200),
    data.subarray(0, 200),
    encodeMessage(messages[0] ?? { type: "end", sha256: "" }),
    encodeDataHeader(100),
    data.subarray(200),
  );

  test.each([1, 3, 5, 64, 9_207])("are found in pieces of %d bytes", (length) => {
    const found = readInPieces(stream, length);
    expect(found.messages).toEqual([...messages, messages[0]]);
    expect(found.data).toEqual([...data]);
  });

  test.each([
    ["another type", [9, 0, 0, 0, 1, 0]],
    ["an empty piece", [2, 0, 0, 0, 0]],
    ["a message that would fill the memory", [1, 0xff, 0xff, 0xff, 0xff]],
    ["a piece that is too long", [2, 0, 0x10, 0, 1]],
    ["no JSON", [1, 0, 0, 0, 1, 0x7b]],
    ["JSON that is no message", [1, 0, 0, 0, 2, 0x7b, 0x7d]],
  ])("refuse %s", (_what, bytes) => {
    expect(() => readInPieces(Uint8Array.from(bytes), 64)).toThrow(RecordError);
  });

  test("refuse a message whose fields are out of bounds", () => {
    const bad = [
      { type: "file", transferId, file: -1, offset: 0 },
      { type: "file", transferId, file: 0, offset: 2 ** 60 },
      { type: "offer", transferId, files: 1_000_000, bytes: 1 },
      { type: "entries", transferId, entries: [{ path: [], size: 1 }] },
      { type: "entries", transferId, entries: [{ path: Array(33).fill("a"), size: 1 }] },
      { type: "entries", transferId, entries: [{ path: ["a".repeat(1_500), "b".repeat(1_500)], size: 1 }] },
      { type: "end", sha256: "zz" },
      { type: "cancel", transferId, more: true },
    ];
    for (const message of bad) {
      const json = new TextEncoder().encode(JSON.stringify(message));
      const record = joined(Uint8Array.of(1, 0, 0, json.length >> 8, json.length & 255), json);
      expect(() => readInPieces(record, 64), JSON.stringify(message).slice(0, 80)).toThrow(RecordError);
    }
  });
});
