import ipaddr from "ipaddr.js";

type Range = readonly [network: ipaddr.IPv4 | ipaddr.IPv6, bits: number];

/** The bits that IPv4 addresses have in front of them when they are written as IPv6 (RFC 4291, 2.5.5.2). */
const MAPPED_PREFIX_BITS = 96;

/**
 * Whether an address lies in one of a policy's networks. IPv4 addresses and ranges that are written as IPv6 count as what
 * they are. A range that cannot be read holds nobody, so a broken policy lets nobody in rather than everybody.
 *
 * @param networks addresses and ranges in CIDR notation; none at all: every address may come in
 */
export function isInAllowedNetworks(address: string, networks: readonly string[]): boolean {
  if (networks.length === 0) return true;
  const bare = address.replace(/%.*$/, "");
  if (!ipaddr.isValid(bare)) return false;
  const client = ipaddr.process(bare);
  return networks.some((text) => {
    const range = parseNetwork(text);
    return range !== null && contains(range, client);
  });
}

/** An address or a range in CIDR notation; null: it is neither. */
export function parseNetwork(text: string): Range | null {
  try {
    const [network, bits] = text.includes("/") ? ipaddr.parseCIDR(text) : whole(ipaddr.parse(text));
    if (network instanceof ipaddr.IPv6 && network.isIPv4MappedAddress() && bits >= MAPPED_PREFIX_BITS) {
      return [network.toIPv4Address(), bits - MAPPED_PREFIX_BITS];
    }
    return [network, bits];
  } catch {
    return null;
  }
}

function whole(address: ipaddr.IPv4 | ipaddr.IPv6): Range {
  return [address, address.kind() === "ipv4" ? 32 : 128];
}

function contains([network, bits]: Range, client: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  if (client instanceof ipaddr.IPv4) return network instanceof ipaddr.IPv4 && client.match(network, bits);
  return network instanceof ipaddr.IPv6 && client.match(network, bits);
}
