import { describe, expect, test } from "vitest";
import { addressKey } from "./address-key";

describe("addressKey", () => {
  test("an IPv4 address is its own key, however it is written", () => {
    expect(addressKey("192.0.2.7")).toBe("192.0.2.7");
    expect(addressKey("::ffff:192.0.2.7")).toBe("192.0.2.7");
    expect(addressKey("192.0.2.8")).not.toBe(addressKey("192.0.2.7"));
  });

  test("all addresses of an IPv6 /64 share a key, the next /64 has its own", () => {
    expect(addressKey("2001:db8:1:2::1")).toBe(addressKey("2001:db8:1:2:ffff:ffff:ffff:ffff"));
    expect(addressKey("2001:db8:1:3::1")).not.toBe(addressKey("2001:db8:1:2::1"));
    expect(addressKey("fe80::1%eth0")).toBe(addressKey("fe80::2"));
  });

  test("what is no address is limited all the same", () => {
    expect(addressKey("")).toBe("unknown");
    expect(addressKey("nonsense")).toBe("unknown");
  });
});
