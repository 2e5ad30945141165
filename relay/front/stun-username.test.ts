import { describe, expect, test } from "vitest";
import { bindingRequest } from "../testing/binding-request";
import { serverFragmentOf } from "./stun-username";

describe("the fragment of the asked side", () => {
  test("is what stands before the colon", () => {
    expect(serverFragmentOf(bindingRequest("serverFragment+/:client"))).toBe("serverFragment+/");
  });

  test("is found behind other attributes, whatever their padding", () => {
    const software = Buffer.from([0x80, 0x22, 0x00, 0x05, 0x61, 0x62, 0x63, 0x64, 0x65, 0, 0, 0]);
    expect(serverFragmentOf(bindingRequest("abcd:efgh", { before: software }))).toBe("abcd");
  });

  test.each([
    ["without a colon", "abcdefgh"],
    ["with a fragment that is too short", "abc:efgh"],
    ["with a fragment that is too long", `${"a".repeat(257)}:efgh`],
    ["with characters that no fragment has", "ab\u0000cd:efgh"],
    ["that is empty", ""],
  ])("is missing in a USERNAME %s", (_, username) => {
    expect(serverFragmentOf(bindingRequest(username))).toBeUndefined();
  });

  test("is missing where there is no USERNAME", () => {
    expect(serverFragmentOf(bindingRequest(null))).toBeUndefined();
  });

  test("is not read beyond the message, whatever the lengths in it say", () => {
    const request = bindingRequest("abcd:efgh");
    for (const [offset, value] of [
      [2, 0xffff],
      [2, 0],
      [2, request.length - 19],
      [22, 0xffff],
      [22, request.length - 23],
    ] as const) {
      const hostile = Buffer.from(request);
      hostile.writeUInt16BE(value, offset);
      expect(serverFragmentOf(hostile)).toBeUndefined();
    }
  });

  test("is missing in every piece of a message and in every message of another kind", () => {
    const request = bindingRequest("abcd:efgh");
    for (let length = 0; length < request.length; length += 1) {
      expect(serverFragmentOf(request.subarray(0, length))).toBeUndefined();
    }
    const answer = Buffer.from(request);
    answer.writeUInt16BE(0x0101, 0);
    expect(serverFragmentOf(answer)).toBeUndefined();
    const old = Buffer.from(request);
    old.writeUInt32BE(0, 4);
    expect(serverFragmentOf(old)).toBeUndefined();
  });

  test("comes out of no chance bytes", () => {
    // Every attribute length there is, in a message that is right otherwise.
    for (let length = 0; length <= 0xffff; length += 13) {
      const hostile = bindingRequest("abcd:efgh");
      hostile.writeUInt16BE(length, 22);
      const fragment = serverFragmentOf(hostile);
      expect(fragment === undefined || fragment === "abcd").toBe(true);
    }
  });
});
