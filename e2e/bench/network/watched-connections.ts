/** Watches the connections to relays that a page makes, in the page itself; loaded before the product's media engine makes any. */
interface Watched {
  readonly connection: RTCPeerConnection;
  /** When ICE and DTLS stood, in ms since 1970; null as long as they do not. */
  connectedAt: number | null;
}

/** How a connection reaches the relay. */
export interface Way {
  /** Like `udp` or `relay over tls`. */
  readonly way: string;
  /** The relay's. */
  readonly port: number;
  /** Of ICE's last connectivity check. */
  readonly roundTripMs: number;
}

/** mediasoup's stream that probes how much the line takes: it looks like a video and shows nothing. */
const PROBATOR = "probator";

let watched: Watched[] = [];

/** Milliseconds since 1970. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}

window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(configuration?: RTCConfiguration) {
    super(configuration);
    const one: Watched = { connection: this, connectedAt: null };
    watched.push(one);
    this.addEventListener("connectionstatechange", () => {
      if (this.connectionState === "connected") one.connectedAt ??= now();
    });
  }
};

/** From here on only what is made anew counts. */
export function forgetConnections(): void {
  watched = [];
}

/** When each connection stood that stands, in ms since 1970. */
export function connectionTimes(): number[] {
  return watched.flatMap(({ connectedAt }) => connectedAt ?? []);
}

/** Without those that were made to learn what the browser can do. */
function connected(): Watched[] {
  return watched.filter(({ connectedAt }) => connectedAt !== null);
}

/** By the candidate pairs that were chosen. */
export async function waysInUse(): Promise<Way[]> {
  return await Promise.all(
    connected().map(async ({ connection }) => {
      const entries = await statisticsOf(connection);
      const withId = (id: unknown) => entries.find((entry) => id !== undefined && entry.id === id);
      const pair = withId(entries.find(({ type }) => type === "transport")?.selectedCandidatePairId);
      const local = withId(pair?.localCandidateId);
      const remote = withId(pair?.remoteCandidateId);
      const isRelayed = local?.candidateType === "relay";
      return {
        way: isRelayed ? `relay over ${String(local?.relayProtocol)}` : String(local?.protocol ?? "none"),
        port: Number(remote?.port),
        roundTripMs: Number(pair?.currentRoundTripTime) * 1_000,
      };
    }),
  );
}

/** What the browser has counted of the picture that is sent or received: the numbers of W3C webrtc-stats. */
export async function pictureCounters(): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const { connection } of connected()) {
    for (const entry of await statisticsOf(connection)) {
      const isPicture = entry.kind === "video" && entry.mid !== PROBATOR;
      if ((entry.type !== "outbound-rtp" && entry.type !== "inbound-rtp") || !isPicture) continue;
      for (const [name, value] of Object.entries(entry)) if (typeof value === "number") found[name] = value;
    }
  }
  return found;
}

async function statisticsOf(connection: RTCPeerConnection): Promise<Record<string, unknown>[]> {
  return [...(await connection.getStats()).values()];
}
