import ipaddr from "ipaddr.js";

/** One address or a range of addresses in CIDR notation, as RFC 4632 and RFC 4291 write them. */
export type NetworkRange = readonly [network: ipaddr.IPv4 | ipaddr.IPv6, bits: number];

/**
 * Reads an address (`203.0.113.7`, `2001:db8::7`) or a range (`203.0.113.0/24`, `2001:db8::/32`). IPv4 addresses in IPv6
 * clothing (`::ffff:203.0.113.7`) are taken as what they are. Short forms such as `10/8` or `127.1` are refused: nobody
 * can tell what was meant.
 *
 * @returns null when it is neither
 */
export function parseNetworkRange(text: string): NetworkRange | null {
  const [address = "", bits, ...rest] = text.trim().split("/");
  if (rest.length > 0 || !isAddress(address)) return null;
  const parsed = ipaddr.parse(address);
  const longest = parsed instanceof ipaddr.IPv4 ? 32 : 128;
  if (bits !== undefined && !/^\d{1,3}$/.test(bits)) return null;
  const length = bits === undefined ? longest : Number(bits);
  if (length > longest) return null;
  if (parsed instanceof ipaddr.IPv6 && parsed.isIPv4MappedAddress()) {
    return length < 96 ? null : [parsed.toIPv4Address(), length - 96];
  }
  return [parsed, length];
}

function isAddress(text: string): boolean {
  return ipaddr.IPv4.isValidFourPartDecimal(text) || ipaddr.IPv6.isValid(text);
}
