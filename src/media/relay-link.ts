import type { Transport } from "mediasoup-client/types";
import { z } from "zod";
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

const transportSchema = z.object({ type: z.literal("transport"), bytesReceived: z.number() });

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
    const { isDisturbed, isHopeless, ping, measureMedia, restartIce, restartSpareIce } = this.#watch.judge();
    if (ping) this.#ping();
    if (measureMedia) void this.#measureMedia();
    if (restartIce) void this.#restartIce();
    if (restartIce || restartSpareIce) for (const spare of this.#spares) void this.#restartSpare(spare);
    if (isDisturbed === this.#state.isDisturbed && isHopeless === this.#state.isHopeless) return;
    this.#state = { isDisturbed, isHopeless };
    this.#options.onChange(this.#state);
  }

  #ping(): void {
    this.#options.signalling.request("ping", {}, { timeoutMs: null }).catch(() => {
      // Any answer is a sign of life, a refusal too; a socket that has closed says so itself.
    });
  }

  async #measureMedia(): Promise<void> {
    try {
      const reports = await Promise.all(this.#options.transports.map((transport) => transport.getStats()));
      const bytes = reports
        .flatMap((report) => [...report.values()])
        .map((entry: unknown) => transportSchema.safeParse(entry).data?.bytesReceived ?? 0);
      this.#watch.mediaReceived(bytes.reduce((sum, part) => sum + part, 0));
    } catch {
      // A transport that was closed meanwhile has nothing more to tell.
    }
  }

  async #restartIce(): Promise<void> {
    try {
      await Promise.all(this.#options.transports.map((transport) => this.#restart(transport)));
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
