import ipaddr from "ipaddr.js";

/** Bits of an IPv6 address that name a customer of a provider: everybody gets at least a /64 to choose addresses from. */
const IPV6_SUBSCRIBER_BITS = 64;

/**
 * Whom a guess at a number or a password is charged to: the IPv4 address itself, or the /64 of an IPv6 address, since whoever has one address of a
 * /64 has all of them. An IPv4 address written as IPv6 (`::ffff:192.0.2.1`) counts as the IPv4 address that it is.
 *
 * @param address as the server saw it; what is no address at all shares one key, so that it is never unlimited
 */
export function addressKey(address: string): string {
  const bare = address.split("%")[0] ?? "";
  if (!ipaddr.isValid(bare)) return "unknown";
  const parsed = ipaddr.process(bare);
  if (parsed instanceof ipaddr.IPv4) return parsed.toString();
  const network = ipaddr.IPv6.networkAddressFromCIDR(
    `${parsed.toNormalizedString()}/${IPV6_SUBSCRIBER_BITS}`,
  );
  return `${network.toNormalizedString()}/${IPV6_SUBSCRIBER_BITS}`;
}
