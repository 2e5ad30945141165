import type { IncomingMessage } from "node:http";
import type { BlockList } from "node:net";
import ipaddr from "ipaddr.js";

/**
 * Whose connection it is, for limits that count by address: the socket's address or, when that is a trusted proxy, the
 * right-most address in X-Forwarded-For that is none. An IPv6 client is known by its /64, as it can choose the rest.
 */
export function clientAddress(request: IncomingMessage, trustedProxies: BlockList): string {
  const forwarded = [request.headers["x-forwarded-for"] ?? []].flat().join(",").split(",");
  const hops = [
    ...forwarded.map((hop) => hop.trim()).filter((hop) => hop !== ""),
    request.socket.remoteAddress ?? "",
  ];
  for (const hop of hops.reverse()) {
    if (!ipaddr.isValid(hop)) break;
    const address = ipaddr.process(hop);
    if (!trustedProxies.check(address.toString(), address.kind())) return key(address);
  }
  // Nothing but proxies, or a hop that is no address: all such connections share one account.
  return "unknown";
}

/** {@link clientAddress} for a connection that nobody stands between. */
export function addressKey(remoteAddress: string): string {
  return ipaddr.isValid(remoteAddress) ? key(ipaddr.process(remoteAddress)) : "unknown";
}

function key(address: ipaddr.IPv4 | ipaddr.IPv6): string {
  if (address instanceof ipaddr.IPv4) return address.toString();
  return `${address.parts
    .slice(0, 4)
    .map((part) => part.toString(16))
    .join(":")}::/64`;
}
