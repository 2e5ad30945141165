import { expect, test } from "vitest";
import { isInAllowedNetworks } from "./allowed-networks";

test.each([
  ["192.0.2.7", [], true],
  ["192.0.2.7", ["192.0.2.0/24"], true],
  ["192.0.3.7", ["192.0.2.0/24"], false],
  ["192.0.2.7", ["192.0.2.7"], true],
  ["192.0.2.8", ["192.0.2.7"], false],
  ["::ffff:192.0.2.7", ["192.0.2.0/24"], true],
  ["192.0.2.7", ["::ffff:192.0.2.0/120"], true],
  ["192.0.3.7", ["::ffff:192.0.2.0/120"], false],
  // Every IPv6 address is no permission for IPv4 ones.
  ["192.0.2.7", ["::/0"], false],
  ["2001:db8::7", ["::/0"], true],
  ["2001:db8::7", ["2001:db8::/32", "10.0.0.0/8"], true],
  ["2001:db9::7", ["2001:db8::/32"], false],
  ["fe80::1%eth0", ["fe80::/10"], true],
  ["unknown", ["0.0.0.0/0", "::/0"], false],
  ["192.0.2.7", ["nonsense"], false],
  ["192.0.2.7", ["192.0.2.0/33"], false],
])("%s in %j: %s", (address, networks, allowed) => {
  expect(isInAllowedNetworks(address, networks)).toBe(allowed);
});
