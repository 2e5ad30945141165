import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import ipaddr from "ipaddr.js";
import type { AddressRange, Environment } from "@/env";
import { CLIENT_ADDRESS_HEADER } from "./client-address";
import { ownHosts } from "./own-origin";

type FrontEnvironment = Pick<Environment, "PUBLIC_URL" | "PORT" | "TRUSTED_PROXIES">;

/**
 * Headers with which a client could make the server believe something about itself. What a trusted proxy tells in them is
 * read here; nothing behind this point gets to see them.
 */
const FORWARDED_HEADER = /^(x-forwarded-|forwarded$|x-real-ip$)/;
/** Headers that only the server's own parts write, never anybody outside. */
const INTERNAL_HEADERS = [
  CLIENT_ADDRESS_HEADER,
  "x-middleware-subrequest",
  "x-middleware-prefetch",
  "x-nonce",
];

/**
 * Relays and health checks reach the server under whatever address it has inside the network. Neither path looks at
 * cookies, so a foreign Host gains nothing there.
 */
const ANY_HOST_PATH = /^\/api\/(health|trpc\/relay\.[a-z]+)(\?|$)/;

/**
 * What happens to a request before Next sees it: the Host must be ours, headers that a client could forge are dropped, and
 * the client's address is stamped on.
 *
 * @returns whether the request goes on; otherwise it is answered with 400
 */
export function prepareRequest(request: IncomingMessage, env: FrontEnvironment): boolean {
  const { headers } = request;
  const peer = plainAddress(request.socket.remoteAddress ?? "");
  const trusted = isInRanges(peer, env.TRUSTED_PROXIES);
  const clientAddress = trusted ? (forwardedAddress(headers, env.TRUSTED_PROXIES) ?? peer) : peer;
  for (const name of Object.keys(headers)) {
    if (INTERNAL_HEADERS.includes(name) || FORWARDED_HEADER.test(name)) delete headers[name];
  }
  // Next reads these for its own URLs; they are what PUBLIC_URL says, whatever a proxy thinks.
  headers["x-forwarded-proto"] = env.PUBLIC_URL.protocol.slice(0, -1);
  headers[CLIENT_ADDRESS_HEADER] = clientAddress;
  // Node keeps the raw headers apart, and whatever copies those must not find what was dropped.
  request.rawHeaders = Object.entries(headers).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value ?? ""]).flatMap((one) => [name, one]),
  );
  return ownHosts(env).has(headers.host ?? "") || ANY_HOST_PATH.test(request.url ?? "");
}

/** The right-most hop that is not one of our proxies: everything left of it the client may have made up. */
function forwardedAddress(
  headers: IncomingHttpHeaders,
  proxies: readonly AddressRange[],
): string | undefined {
  const header = headers["x-forwarded-for"];
  const hops = (Array.isArray(header) ? header.join(",") : (header ?? ""))
    .split(",")
    .map((hop) => hop.trim());
  for (const hop of hops.reverse()) {
    const address = plainAddress(hop);
    // Something unreadable came from that side: nothing beyond it can be trusted either.
    if (!ipaddr.isValid(address)) return undefined;
    if (!isInRanges(address, proxies)) return address;
  }
  return undefined;
}

/** An address without zone and without the IPv6 clothing of IPv4; what is no address stays as it is. */
function plainAddress(text: string): string {
  const bare = text.replace(/%.*$/, "");
  return ipaddr.isValid(bare) ? ipaddr.process(bare).toString() : bare;
}

function isInRanges(text: string, ranges: readonly AddressRange[]): boolean {
  if (!ipaddr.isValid(text)) return false;
  const address = ipaddr.parse(text);
  return ranges.some(([network, bits]) => {
    if (address instanceof ipaddr.IPv4) return network instanceof ipaddr.IPv4 && address.match(network, bits);
    return network instanceof ipaddr.IPv6 && address.match(network, bits);
  });
}
