import type { Transport } from "mediasoup-client/types";
import { z } from "zod";
import type { TransportLife } from "./link-flow";
import { LINK_TICK_MS, LinkWatch } from "./link-watch";
import type { SignallingClient } from "./signalling-client";

/** Fresh ICE parameters that take longer come too late. */
const RESTART_TIMEOUT_MS = 3_000;

/** What a page has to know of the connection that it has. */
export interface LinkState {
  /** Nothing gets through for now. */
  readonly isDisturbed: boolean;
  /** A new connection is needed; this one may still come back before that. */
  readonly isHopeless: boolean;
}

interface RelayLinkOptions {
  signalling: Pick<SignallingClient, "request">;
  transports: readonly Transport[];
  onChange: (state: LinkState) => void;
}

const transportSchema = z.object({
  bytesReceived: z.number(),
  selectedCandidatePairId: z.string().optional(),
});
const pairSchema = z.object({ remoteCandidateId: z.string(), responsesReceived: z.number() });
const candidateSchema = z.object({ protocol: z.string(), port: z.number() });

/** What the statistics of a transport tell of its life. */
function lifeOf(report: RTCStatsReport): TransportLife {
  const pairs = new Map<string, { way: string; answeredChecks: number }>();
  let carriesPicture = false;
  let receivedBytes = 0;
  let selected: string | undefined;
  report.forEach((entry: unknown, id: string) => {
    // Most entries are of other kinds, and this is asked for often.
    const type = typeof entry === "object" && entry !== null && "type" in entry ? entry.type : undefined;
    if (type === "inbound-rtp" || type === "outbound-rtp") carriesPicture = true;
    else if (type === "transport") {
      const transport = transportSchema.safeParse(entry).data;
      receivedBytes += transport?.bytesReceived ?? 0;
      selected ??= transport?.selectedCandidatePairId;
    } else if (type === "candidate-pair") {
      const pair = pairSchema.safeParse(entry).data;
      const candidate = pair && candidateSchema.safeParse(report.get(pair.remoteCandidateId)).data;
      if (!candidate) return;
      pairs.set(id, {
        way: `${candidate.protocol} ${candidate.port}`,
        answeredChecks: pair.responsesReceived,
      });
    }
  });
  return { carriesPicture, receivedBytes, way: pairs.get(selected ?? "")?.way ?? null, pairs };
}

/**
 * Keeps an eye on a connection to a relay: pings it, looks at what arrives, and restarts ICE when only that has lost its way.
 *
 * Its one timer is harmless in the background: browsers slow timers of hidden pages down to one a second, and to one a minute
 * only for pages without a peer connection, of which this one has two.
 */
export class RelayLink {
  readonly #options: RelayLinkOptions;
  readonly #watch = new LinkWatch(() => performance.now());
  /** Transports beside the connection, which come and go. */
  readonly #spares = new Set<Transport>();
  #state: LinkState = { isDisturbed: false, isHopeless: false };
  #hasToldLoss = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor(options: RelayLinkOptions) {
    this.#options = options;
    for (const transport of options.transports) {
      transport.on("connectionstatechange", (state) => {
        this.#watch.iceChanged(transport.id, state);
        this.#look();
      });
    }
    this.#schedule();
  }

  /**
   * Restarts the ICE of this transport too, for as long as it is open. Whether it has a connection says nothing about this link.
   *
   * @returns the same transport
   */
  alsoRestart(transport: Transport): Transport {
    this.#spares.add(transport);
    transport.on("connectionstatechange", (state) => {
      this.#watch.spareIceChanged(transport.id, state);
      this.#look();
    });
    transport.observer.once("close", () => {
      this.#spares.delete(transport);
      this.#watch.spareIceChanged(transport.id, "closed");
    });
    return transport;
  }

  /** Something came over the socket. */
  heard(): void {
    this.#watch.socketHeard();
    if (this.#state.isDisturbed) this.#look();
  }

  /** The browser says that its network has changed. */
  networkChanged(): void {
    this.#watch.networkChanged();
    this.#look();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#look(), LINK_TICK_MS);
  }

  #look(): void {
    if (this.#closed) return;
    this.#schedule();
    const { isDisturbed, isHopeless, isMediaLost, ping, measureMedia, restartIce, restartSpareIce } =
      this.#watch.judge();
    if (ping || isMediaLost !== this.#hasToldLoss) this.#ping(isMediaLost);
    if (measureMedia) void this.#measureMedia();
    if (restartIce) void this.#restartIce();
    if (restartIce || restartSpareIce) for (const spare of this.#spares) void this.#restartSpare(spare);
    if (isDisturbed === this.#state.isDisturbed && isHopeless === this.#state.isHopeless) return;
    this.#state = { isDisturbed, isHopeless };
    this.#options.onChange(this.#state);
  }

  #ping(isMediaLost: boolean): void {
    this.#hasToldLoss = isMediaLost;
    const about = isMediaLost ? { isMediaLost } : {};
    this.#options.signalling.request("ping", about, { timeoutMs: null }).catch(() => {
      // Any answer is a sign of life, a refusal too; a socket that has closed says so itself.
    });
  }

  async #measureMedia(): Promise<void> {
    try {
      const lives = await Promise.all(
        this.#options.transports.map(async (transport) => lifeOf(await transport.getStats())),
      );
      this.#watch.mediaReceived(lives.reduce((sum, { receivedBytes }) => sum + receivedBytes, 0));
      for (const [index, life] of lives.entries()) {
        const transport = this.#options.transports[index];
        if (transport) this.#watch.transportMeasured(transport.id, life);
      }
    } catch {
      // A transport that was closed meanwhile has nothing more to tell.
    }
  }

  async #restartIce(): Promise<void> {
    try {
      await Promise.all(this.#options.transports.map((transport) => this.#restart(transport)));
      this.#watch.iceRestarted();
    } catch (error) {
      if (this.#closed) return;
      console.warn("ICE could not be restarted; the connection is made anew.", error);
      this.#watch.iceRestartFailed();
      this.#look();
    }
  }

  async #restartSpare(transport: Transport): Promise<void> {
    try {
      await this.#restart(transport);
    } catch (error) {
      // It goes on as it is, and whoever owns it gives it up when ICE does.
      if (!this.#closed && !transport.closed)
        console.warn("ICE could not be restarted for bulk data.", error);
    }
  }

  async #restart(transport: Transport): Promise<void> {
    const { iceParameters } = await this.#options.signalling.request(
      "restartIce",
      { transportId: transport.id },
      { timeoutMs: RESTART_TIMEOUT_MS },
    );
    await transport.restartIce({ iceParameters });
  }
}
