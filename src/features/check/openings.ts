import type { CheckFacts, CheckSnapshot } from "@/media/connectivity-check";
import type { MediaAddress } from "@/protocol/connectivity-check";

/** What a firewall must let out: one line of what an administrator is asked for. */
export interface Opening {
  readonly kind: "signalling" | "udp" | "tcp" | "turn";
  readonly transport: "TCP" | "UDP";
  readonly host: string;
  /** `443`, or `44400–44403`. */
  readonly ports: string;
}

/** What is not let through, as far as the check found out where it would go. */
export function missingOpenings({ steps, facts }: Pick<CheckSnapshot, "steps" | "facts">): Opening[] {
  const kinds = ["signalling", "udp", "tcp", "turn"] as const;
  return kinds.filter((kind) => steps[kind].state === "failed").flatMap((kind) => openingsOf(kind, facts));
}

function openingsOf(kind: Opening["kind"], facts: CheckFacts): Opening[] {
  switch (kind) {
    case "signalling":
      return facts.signallingUrls.map((url) => ({ kind, transport: "TCP", ...placeOfUrl(url) }));
    case "udp":
    case "tcp":
      return mediaOpenings(kind, facts.media);
    case "turn":
      return facts.turnUrls.map((url) => ({ kind, ...placeOfTurnUrl(url) }));
  }
}

function mediaOpenings(kind: "udp" | "tcp", media: readonly MediaAddress[]): Opening[] {
  const places = media.filter(({ protocol }) => protocol === kind);
  const hosts = [...new Set(places.map(({ address }) => address))];
  return hosts.map((host) => ({
    kind,
    transport: kind === "udp" ? "UDP" : "TCP",
    host,
    ports: portRanges(places.filter(({ address }) => address === host).map(({ port }) => port)),
  }));
}

/** `443, 44400–44403` */
export function portRanges(ports: readonly number[]): string {
  const ranges: { first: number; last: number }[] = [];
  for (const port of [...new Set(ports)].sort((a, b) => a - b)) {
    const open = ranges.at(-1);
    if (open && port === open.last + 1) open.last = port;
    else ranges.push({ first: port, last: port });
  }
  return ranges.map(({ first, last }) => (first === last ? `${first}` : `${first}–${last}`)).join(", ");
}

function placeOfUrl(url: string): { host: string; ports: string } {
  const { protocol, hostname, port } = new URL(url);
  return { host: hostname, ports: port || (protocol === "wss:" ? "443" : "80") };
}

/** `turns:turn.example:443?transport=tcp` (RFC 7065); TLS is TCP unless said otherwise, plain TURN is UDP. */
function placeOfTurnUrl(url: string): { host: string; ports: string; transport: "TCP" | "UDP" } {
  const [, scheme = "", host = "", port, transport] =
    /^(turns?):(\[[^\]]+\]|[^:?]+)(?::(\d+))?(?:\?transport=(\w+))?$/.exec(url) ?? [];
  const isTls = scheme === "turns";
  const isTcp = transport === undefined ? isTls : transport === "tcp";
  return { host, ports: port ?? (isTls ? "5349" : "3478"), transport: isTcp ? "TCP" : "UDP" };
}
