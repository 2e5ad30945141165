import { describe, expect, test } from "vitest";
import {
  BULK_FRAME_BYTES,
  BULK_PACKET_BYTES,
  BULK_PAYLOAD_BYTES,
  type BulkFrame,
  creditsOf,
  creditsOfPayload,
  encodeBulkFrame,
  parseBulkFrame,
  payloadOfCredits,
} from "./bulk-frames";

const frames: BulkFrame[] = [
  { type: "hello", version: 1, own: 0xffff_ffff, heard: 0 },
  { type: "credit", limit: Number.MAX_SAFE_INTEGER },
  { type: "taken", stream: 7 },
  { type: "stop", stream: 0xffff_ffff },
  { type: "giveWay" },
  { type: "ask" },
  { type: "open", sequence: 0, stream: 1, id: "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b" },
  { type: "data", sequence: 0xffff_ffff, stream: 1, payload: Uint8Array.of(0, 255, 10), asks: false },
  { type: "data", sequence: 1, stream: 1, payload: new Uint8Array(BULK_PAYLOAD_BYTES).fill(3), asks: true },
  { type: "end", sequence: 2, stream: 1 },
  { type: "abort", sequence: 3, stream: 1 },
];

describe("a frame", () => {
  test.each(frames.map((frame) => [frame.type, frame] as const))("%s comes out as it went in", (_, frame) => {
    expect(parseBulkFrame(encodeBulkFrame(frame))).toEqual(frame);
  });

  test.each(frames.map((frame) => [frame.type, encodeBulkFrame(frame)] as const))(
    "%s cut short or made longer is none",
    (type, bytes) => {
      // A data frame's payload has any length from 1; only its header cannot be cut.
      const shortest = type === "data" ? 9 : bytes.length - 1;
      expect(parseBulkFrame(bytes.subarray(0, shortest))).toBeNull();
      const longer = new Uint8Array(bytes.length + (type === "data" ? BULK_FRAME_BYTES : 1));
      longer.set(bytes);
      expect(parseBulkFrame(longer)).toBeNull();
    },
  );

  test("of no known type, or of no bytes, is none", () => {
    for (const type of [0, 12, 255]) {
      expect(parseBulkFrame(Uint8Array.from([type, 0, 0, 0, 0, 0, 0, 0, 0]))).toBeNull();
    }
    expect(parseBulkFrame(new Uint8Array(0))).toBeNull();
  });

  test("with a limit that no number holds is none", () => {
    expect(parseBulkFrame(Uint8Array.from([2, 255, 255, 255, 255, 255, 255, 255, 255]))).toBeNull();
  });

  test("is not made of what does not fit", () => {
    const tooLong = new Uint8Array(BULK_PAYLOAD_BYTES + 1);
    for (const payload of [tooLong, new Uint8Array(0)]) {
      const frame = { type: "data", sequence: 0, stream: 1, payload, asks: false } as const;
      expect(() => encodeBulkFrame(frame)).toThrow(RangeError);
    }
    expect(() => encodeBulkFrame({ type: "stop", stream: -1 })).toThrow(RangeError);
    expect(() => encodeBulkFrame({ type: "open", sequence: 0, stream: 1, id: "../x" })).toThrow(RangeError);
  });

  test("is read from the middle of other memory", () => {
    const memory = new Uint8Array(64).fill(9);
    const bytes = encodeBulkFrame({ type: "stop", stream: 5 });
    memory.set(bytes, 3);
    expect(parseBulkFrame(memory.subarray(3, 3 + bytes.length))).toEqual({ type: "stop", stream: 5 });
  });
});

describe("credits", () => {
  test("are counted in packets, begun or full", () => {
    expect(creditsOfPayload(1)).toBe(1);
    expect(creditsOfPayload(BULK_PACKET_BYTES - 9)).toBe(1);
    expect(creditsOfPayload(BULK_PACKET_BYTES - 8)).toBe(2);
    expect(creditsOfPayload(BULK_PAYLOAD_BYTES)).toBe(BULK_FRAME_BYTES / BULK_PACKET_BYTES);
    expect(creditsOfPayload(payloadOfCredits(3))).toBe(3);
    expect(creditsOfPayload(payloadOfCredits(3) + 1)).toBe(4);
  });

  test("for the end of a stream are paid at its beginning", () => {
    expect(creditsOf({ type: "open", stream: 1, id: "" })).toBe(2);
    expect(creditsOf({ type: "end", stream: 1 })).toBe(0);
    expect(creditsOf({ type: "abort", stream: 1 })).toBe(0);
  });
});
