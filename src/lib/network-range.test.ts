import { describe, expect, test } from "vitest";
import { parseNetworkRange } from "./network-range";

describe("a network range", () => {
  test.each([
    ["203.0.113.7", "203.0.113.7", 32],
    ["203.0.113.0/24", "203.0.113.0", 24],
    [" 2001:db8::/32 ", "2001:db8::", 32],
    ["0.0.0.0/0", "0.0.0.0", 0],
    ["::ffff:203.0.113.0/120", "203.0.113.0", 24],
  ])("%j is read", (text, network, bits) => {
    const range = parseNetworkRange(text);
    expect([range?.[0].toString(), range?.[1]]).toEqual([network, bits]);
  });

  test.each([
    "",
    "10/8",
    "127.1",
    "0x7f.0.0.1",
    "010.0.0.1",
    "203.0.113.0/33",
    "203.0.113.0/-1",
    "203.0.113.0/24/24",
    "203.0.113.0/",
    "2001:db8::/129",
    "::ffff:203.0.113.0/24",
    "office.example",
    "203.0.113.1-203.0.113.9",
  ])("%j is refused", (text) => {
    expect(parseNetworkRange(text)).toBeNull();
  });
});
