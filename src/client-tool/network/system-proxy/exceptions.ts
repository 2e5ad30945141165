import { BlockList, isIP } from "node:net";

interface ExceptionRules {
  /** Names, addresses and networks, as the system has them; with `*` for anything, and maybe with a port. */
  readonly entries: readonly string[];
  /** Whether names without a dot are reached directly. */
  readonly simpleNames?: boolean;
  /** Whether a name stands for everything below it as well. */
  readonly belowNames?: boolean;
}

/** @returns whether an address is reached without the system's proxy */
export function exceptionsFrom(rules: ExceptionRules): (url: URL) => boolean {
  const { entries, simpleNames = false, belowNames = false } = rules;
  return (url) => {
    const host = url.hostname.replace(/^\[|\]$/g, "");
    if (simpleNames && isIP(host) === 0 && !host.includes(".")) return true;
    return entries.some((entry) => isMatch(entry.toLowerCase(), host, url.port || "443", belowNames));
  };
}

function isMatch(entry: string, host: string, port: string, belowNames: boolean): boolean {
  const bare = entry.replace(/^[a-z]+:\/\//, "");
  if (bare.includes("/")) return isInNetwork(bare, host);
  const parts = isIP(bare) ? null : /^\[?(?<name>.*?)\]?(?::(?<port>\d+))?$/.exec(bare)?.groups;
  const { name = bare, port: entryPort } = parts ?? {};
  if (entryPort !== undefined && entryPort !== port) return false;
  if (name === "") return false;
  if (name.includes("*")) return wildcard(name).test(host) || (belowNames && name === `*.${host}`);
  const plain = name.replace(/^\./, "");
  return host === plain || ((belowNames || name !== plain) && host.endsWith(`.${plain}`));
}

function wildcard(name: string): RegExp {
  const parts = name.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`);
}

/** @param network `10.0.0.0/8`, or as macOS has it, `169.254/16` */
function isInNetwork(network: string, host: string): boolean {
  const family = isIP(host);
  const [start = "", bits = ""] = network.split("/");
  const whole = start.includes(":") ? start : [...start.split("."), "0", "0", "0"].slice(0, 4).join(".");
  if (family === 0 || isIP(whole) !== family || !/^\d+$/.test(bits)) return false;
  const type = family === 4 ? "ipv4" : "ipv6";
  if (Number(bits) > (family === 4 ? 32 : 128)) return false;
  const list = new BlockList();
  list.addSubnet(whole, Number(bits), type);
  return list.check(host, type);
}
