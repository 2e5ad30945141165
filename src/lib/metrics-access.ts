import type { IncomingMessage } from "node:http";
import type { BlockList } from "node:net";
import ipaddr from "ipaddr.js";

/** What proxies add to a request that they pass on (RFC 9110, 7.6.3; RFC 7239; and what they use by custom). */
const PASSED_ON_HEADERS = ["via", "forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip"] as const;

/**
 * Whether a request comes straight from a program that may read the metrics. What a proxy passes on never does: whoever is behind it
 * is not known by the address of the connection, and need not be known by what the request says.
 */
export function mayReadMetrics({ headers, socket }: IncomingMessage, allowed: BlockList): boolean {
  if (PASSED_ON_HEADERS.some((name) => headers[name] !== undefined)) return false;
  const { remoteAddress = "" } = socket;
  if (!ipaddr.isValid(remoteAddress)) return false;
  // An IPv4 client of an IPv6 socket is an IPv4 client.
  const address = ipaddr.process(remoteAddress);
  return allowed.check(address.toString(), address.kind());
}
