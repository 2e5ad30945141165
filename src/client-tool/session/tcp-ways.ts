import type { PeerConnection } from "node-datachannel";
import { IceTcpBridge } from "./ice-tcp-bridge";
import type { TransportOptions } from "./relay-answer";

/** A relay has an IPv4 and an IPv6 address, and maybe one of its own network beside. */
const MAX_CANDIDATES = 4;
/** In these ICE has found its way. */
const CONNECTED: readonly string[] = ["connected", "completed"];

interface TcpWaysOptions {
  connection: Pick<PeerConnection, "addRemoteCandidate" | "getSelectedCandidatePair" | "iceState">;
  transport: Pick<TransportOptions, "iceCandidates">;
  /** Of the one media section. */
  mid: string;
  /** The connection that ICE has chosen is lost. */
  onLost: () => void;
}

/** The relay's TCP addresses, for a connection whose ICE knows UDP alone: each one is reached over a bridge. */
export class TcpWays {
  readonly #options: TcpWaysOptions;
  readonly #bridges = new Set<IceTcpBridge>();
  readonly #ending = new AbortController();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: TcpWaysOptions) {
    this.#options = options;
  }

  /** The bridge that ICE has chosen; null: UDP goes straight to the relay, or ICE has not found its way. */
  get chosen(): IceTcpBridge | null {
    if (this.#bridges.size === 0) return null;
    const port = this.#options.connection.getSelectedCandidatePair()?.remote.port;
    return [...this.#bridges].find((bridge) => bridge.port === port) ?? null;
  }

  /** Shows ICE the ways, unless it has found its own by then. */
  openAfter(waitMs: number): void {
    this.#timer = setTimeout(() => this.#open(), waitMs);
  }

  /** ICE has found its way: the others are not needed any more. */
  settle(): void {
    clearTimeout(this.#timer);
    this.#ending.abort();
    const { chosen } = this;
    for (const bridge of this.#bridges) if (bridge !== chosen) this.#drop(bridge);
  }

  /** Idempotent. */
  close(): void {
    clearTimeout(this.#timer);
    this.#ending.abort();
    for (const bridge of this.#bridges) this.#drop(bridge);
  }

  #open(): void {
    const { connection, transport } = this.#options;
    if (CONNECTED.includes(connection.iceState())) return;
    const candidates = transport.iceCandidates.filter(({ protocol }) => protocol === "tcp");
    for (const candidate of candidates.slice(0, MAX_CANDIDATES)) void this.#bridge(candidate);
  }

  /** Never rejects: an address that cannot be reached is none. */
  async #bridge(candidate: TransportOptions["iceCandidates"][number]): Promise<void> {
    try {
      const { signal } = this.#ending;
      const bridge = await IceTcpBridge.open(candidate, signal);
      if (signal.aborted) {
        bridge.close();
        return;
      }
      this.#bridges.add(bridge);
      void bridge.lost.then(() => {
        const isChosen = this.chosen === bridge;
        this.#bridges.delete(bridge);
        if (isChosen) this.#options.onLost();
      });
      this.#options.connection.addRemoteCandidate(bridge.candidate, this.#options.mid);
    } catch {
      // ICE goes on with the others.
    }
  }

  #drop(bridge: IceTcpBridge): void {
    this.#bridges.delete(bridge);
    bridge.close();
  }
}
