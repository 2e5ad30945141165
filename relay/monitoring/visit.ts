import type { WebRtcTransport } from "mediasoup/types";
import type { ErrorCode } from "@/lib/error-table";
import type { EndReason } from "@/protocol/end-reason";
import type { JoinRole } from "@/protocol/roles";
import { type Logger, scopedLogger } from "../logging";
import type { PeerMedia } from "../rooms/peer-media";
import type { RelayMetrics } from "./metrics";

/** A peer whose media does not connect within this time is logged as joined all the same. */
const CONNECT_PATIENCE_MS = 10_000;

/** What made a peer leave. */
export type Leave =
  | { readonly cause: "session_ended"; readonly reason: EndReason }
  | { readonly cause: "refused"; readonly reason: ErrorCode }
  /** Its socket closed: the tab, the machine or the network is gone. */
  | { readonly cause: "socket_closed" }
  /** The same side, or the same observer, joined again. */
  | { readonly cause: "replaced" }
  | { readonly cause: "dismissed" }
  /** Sent off to join again. */
  | { readonly cause: "interrupted" };
export type LeaveCause = Leave["cause"];

/** How a peer is connected; `websocket`: its channels are carried over the socket. */
type ConnectedBy = "udp" | "tcp" | "websocket";

interface VisitOptions {
  sessionId: string;
  role: JoinRole;
  media: Pick<PeerMedia, "sessionTransports" | "traffic" | "close">;
  /** When the join token was found good; of `performance.now()`. */
  verifiedAtMs: number;
}

/** Keeps the book of who came and went: one line of the log for each join and each leave, and the metrics of both. */
export class VisitBook {
  readonly #metrics: RelayMetrics;
  readonly #logger: Logger;

  constructor(metrics: RelayMetrics, logger: Logger) {
    this.#metrics = metrics;
    this.#logger = scopedLogger(logger, "rooms");
  }

  /** To be called when a peer is in its room. */
  begin(options: VisitOptions): Visit {
    return new Visit(options, this.#metrics, this.#logger);
  }
}

/** How long a peer was here and how it was connected. The line of its join waits until that is known. */
export class Visit {
  readonly #options: VisitOptions;
  readonly #metrics: RelayMetrics;
  readonly #logger: Logger;
  readonly #joinedAtMs = performance.now();
  readonly #patience: NodeJS.Timeout;
  #protocol: ConnectedBy | null = null;
  #isTold = false;
  #hasLeft = false;

  constructor(options: VisitOptions, metrics: RelayMetrics, logger: Logger) {
    this.#options = options;
    this.#metrics = metrics;
    this.#logger = logger;
    this.#patience = setTimeout(() => this.#tellJoined(null), CONNECT_PATIENCE_MS);
    for (const transport of options.media.sessionTransports) {
      transport.observer.on("dtlsstatechange", () => this.#lookForConnection());
    }
  }

  /** The peer's channels are carried over its socket: it needs no transports. */
  carried(): void {
    this.#connected("websocket");
  }

  /** The peer is about to lose its transports. Further calls change nothing. */
  leave(leave: Leave): void {
    if (this.#hasLeft) return;
    this.#hasLeft = true;
    this.#tellJoined(null);
    const { sessionId, role, media } = this.#options;
    const durationMs = Math.round(performance.now() - this.#joinedAtMs);
    this.#metrics.left(role, leave.cause);
    if (this.#protocol === null) this.#metrics.unconnected.inc({ role });
    const protocol = this.#protocol;
    const tell = () =>
      this.#logger.info({ sessionId, role, ...leave, protocol, durationMs, ...media.traffic }, "left");
    // The last measure of traffic belongs into the line.
    media.close().then(tell, tell);
  }

  #lookForConnection(): void {
    const { sessionTransports } = this.#options.media;
    if (sessionTransports.length === 0 || !sessionTransports.every(isConnected)) return;
    const isTcp = sessionTransports.some(({ iceSelectedTuple }) => iceSelectedTuple?.protocol === "tcp");
    this.#connected(isTcp ? "tcp" : "udp");
  }

  #connected(protocol: ConnectedBy): void {
    if (this.#protocol !== null || this.#hasLeft) return;
    this.#protocol = protocol;
    const joinMs = performance.now() - this.#options.verifiedAtMs;
    this.#metrics.joinSeconds.observe({ role: this.#options.role, protocol: this.#protocol }, joinMs / 1000);
    this.#tellJoined(Math.round(joinMs));
  }

  #tellJoined(joinMs: number | null): void {
    clearTimeout(this.#patience);
    if (this.#isTold) return;
    this.#isTold = true;
    const { sessionId, role } = this.#options;
    this.#logger.info({ sessionId, role, protocol: this.#protocol, joinMs }, "joined");
  }
}

function isConnected({ dtlsState }: WebRtcTransport): boolean {
  return dtlsState === "connected";
}
