import { IncomingMessage } from "node:http";
import { BlockList, Socket } from "node:net";
import { expect, test } from "vitest";
import { clientAddress } from "./client-address";

function request(remoteAddress: string, forwardedFor?: string): IncomingMessage {
  const socket = new Socket();
  Object.defineProperty(socket, "remoteAddress", { value: remoteAddress });
  const message = new IncomingMessage(socket);
  if (forwardedFor !== undefined) message.headers["x-forwarded-for"] = forwardedFor;
  return message;
}

const proxies = new BlockList();
proxies.addSubnet("10.0.0.0", 8, "ipv4");

test.each([
  ["192.0.2.1", undefined, "192.0.2.1"],
  // An IPv4 client on a dual-stack socket is the same client.
  ["::ffff:192.0.2.1", undefined, "192.0.2.1"],
  // Whoever is no proxy may write what it likes there.
  ["192.0.2.1", "198.51.100.1", "192.0.2.1"],
  ["10.0.0.1", "198.51.100.1", "198.51.100.1"],
  ["10.0.0.1", "203.0.113.9, 198.51.100.1, 10.0.0.2", "198.51.100.1"],
  ["10.0.0.1", "198.51.100.1, nonsense", "unknown"],
  ["10.0.0.1", undefined, "unknown"],
  ["2001:db8:1:2:3:4:5:6", undefined, "2001:db8:1:2::/64"],
  ["2001:db8:1:2:ffff::1", undefined, "2001:db8:1:2::/64"],
])("a connection from %s (forwarded for %s) is %s", (remote, forwardedFor, expected) => {
  expect(clientAddress(request(remote, forwardedFor), proxies)).toBe(expected);
});
