import { describe, expect, test } from "vitest";
import { bindingRequest, framed } from "../testing/binding-request";
import { MAX_FIRST_BYTES, tellFirstBytes } from "./first-bytes";

const check = framed(bindingRequest("serverFragment:clientFragment", { password: "secret" }));

describe("what a connection speaks", () => {
  test.each([
    ["a TLS handshake", Buffer.from([0x16, 0x03]), "tls"],
    ["a TLS handshake of version 1.0's record", Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01]), "tls"],
    ["GET", Buffer.from("G"), "http"],
    ["POST", Buffer.from("POST / HTTP/1.1\r\n"), "http"],
    ["half of nothing", Buffer.alloc(0), "undecided"],
    ["the first byte of TLS", Buffer.from([0x16]), "undecided"],
    ["TLS's first byte and another version", Buffer.from([0x16, 0x02]), "unknown"],
    ["SSH", Buffer.from([0x80]), "unknown"],
    ["a method in small letters", Buffer.from("get / HTTP/1.1"), "unknown"],
    ["a TLS alert", Buffer.from([0x15, 0x03]), "unknown"],
    ["a frame of DTLS", Buffer.from([0x00, 0x60, 0x16, 0xfe, 0xff, 0x00, 0x00]), "unknown"],
    ["a frame that is too long", Buffer.from([0x05, 0xe0]), "unknown"],
    ["a frame that is shorter than STUN's header", Buffer.from([0x00, 0x10]), "unknown"],
    ["a frame of no whole words", Buffer.from([0x00, 0x61]), "unknown"],
  ])("%s", (_, bytes, kind) => {
    expect(tellFirstBytes(bytes)).toEqual({ kind });
  });

  test("a connectivity check, whole, names its fragment, also when more follows", () => {
    const told = { kind: "ice", serverFragment: "serverFragment" };
    expect(tellFirstBytes(check)).toEqual(told);
    expect(tellFirstBytes(Buffer.concat([check, Buffer.alloc(600)]))).toEqual(told);
  });

  test("a connectivity check, byte by byte, is undecided until its last", () => {
    for (let length = 0; length < check.length; length += 1) {
      expect(tellFirstBytes(check.subarray(0, length))).toEqual({ kind: "undecided" });
    }
  });

  test("a wrong byte before the transaction id is told at once", () => {
    for (let offset = 0; offset < 10; offset += 1) {
      const wrong = Buffer.from(check.subarray(0, offset + 1));
      wrong[offset] = (wrong[offset] ?? 0) ^ 0xff;
      const { kind } = tellFirstBytes(wrong);
      // The low byte of the frame's length may be another one: the length inside must then agree with it.
      if (offset !== 1) expect([offset, kind]).toEqual([offset, "unknown"]);
    }
  });

  test("nothing stays undecided for longer than the longest check", () => {
    const longest = Buffer.alloc(MAX_FIRST_BYTES);
    longest.writeUInt16BE(MAX_FIRST_BYTES - 2, 0);
    longest.writeUInt16BE(0x0001, 2);
    longest.writeUInt16BE(MAX_FIRST_BYTES - 22, 4);
    longest.writeUInt32BE(0x2112_a442, 6);
    expect(tellFirstBytes(longest.subarray(0, -1)).kind).toBe("undecided");
    expect(tellFirstBytes(longest).kind).toBe("unknown");
    for (let first = 0; first <= 0xff; first += 1) {
      const bytes = Buffer.alloc(MAX_FIRST_BYTES, 0x41);
      bytes[0] = first;
      expect(tellFirstBytes(bytes).kind).not.toBe("undecided");
    }
  });
});
