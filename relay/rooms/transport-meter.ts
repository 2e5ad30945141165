import type { WebRtcTransport } from "mediasoup/types";

/** What passed a transport since it was last measured: everything but connectivity checks that came in, which mediasoup counts none of here. */
export interface Traffic {
  /** Seen from the relay: `in` is a transport that its browser sends over, `out` one that it receives on. */
  readonly way: "in" | "out";
  /** `none` before there was a connection; `websocket` for what is carried over the socket (carried-channels.ts). */
  readonly protocol: "udp" | "tcp" | "websocket" | "none";
  readonly receivedBytes: number;
  readonly sentBytes: number;
}

/** Asks the worker how much has passed a transport and passes on what was new. */
export class TransportMeter {
  readonly #transport: WebRtcTransport;
  readonly #way: Traffic["way"];
  readonly #onTraffic: (traffic: Traffic) => void;
  #receivedBytes = 0;
  #sentBytes = 0;

  constructor(transport: WebRtcTransport, way: Traffic["way"], onTraffic: (traffic: Traffic) => void) {
    this.#transport = transport;
    this.#way = way;
    this.#onTraffic = onTraffic;
  }

  /** Does nothing on a transport that is closed. @throws Error when the worker cannot be asked */
  async measure(): Promise<void> {
    if (this.#transport.closed) return;
    const protocol = this.#transport.iceSelectedTuple?.protocol ?? "none";
    const [stats] = await this.#transport.getStats();
    // Answers come in the order of the questions, so what is behind is nothing new.
    const receivedBytes = Math.max(0, (stats?.bytesReceived ?? 0) - this.#receivedBytes);
    const sentBytes = Math.max(0, (stats?.bytesSent ?? 0) - this.#sentBytes);
    if (receivedBytes === 0 && sentBytes === 0) return;
    this.#receivedBytes += receivedBytes;
    this.#sentBytes += sentBytes;
    this.#onTraffic({ way: this.#way, protocol, receivedBytes, sentBytes });
  }
}
