import type { WebRtcTransport } from "mediasoup/types";

/** Asks the worker how much a transport has sent and passes on what was new. */
export class TransportMeter {
  readonly #transport: WebRtcTransport;
  readonly #onBytes: (bytes: number) => void;
  #measured = 0;

  constructor(transport: WebRtcTransport, onBytes: (bytes: number) => void) {
    this.#transport = transport;
    this.#onBytes = onBytes;
  }

  /** Does nothing on a transport that is closed. @throws Error when the worker cannot be asked */
  async measure(): Promise<void> {
    if (this.#transport.closed) return;
    const [stats] = await this.#transport.getStats();
    const bytes = stats?.bytesSent ?? 0;
    if (bytes <= this.#measured) return;
    this.#onBytes(bytes - this.#measured);
    this.#measured = bytes;
  }
}
