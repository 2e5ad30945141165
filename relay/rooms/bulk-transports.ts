import type { WebRtcTransport } from "mediasoup/types";
import { TransportMeter } from "./transport-meter";

/** The pair of transports for the channel `file`: an SCTP association each, which nothing else shares. */
export class BulkTransports {
  readonly sendTransport: WebRtcTransport;
  readonly recvTransport: WebRtcTransport;
  readonly #meter: TransportMeter;

  constructor(
    { sendTransport, recvTransport }: Pick<BulkTransports, "sendTransport" | "recvTransport">,
    onBytesForwarded: (bytes: number) => void,
  ) {
    this.sendTransport = sendTransport;
    this.recvTransport = recvTransport;
    this.#meter = new TransportMeter(recvTransport, onBytesForwarded);
  }

  get all(): WebRtcTransport[] {
    return [this.sendTransport, this.recvTransport];
  }

  measureBytes(): Promise<void> {
    return this.#meter.measure();
  }

  /** Closing is immediate; the promise is for the last measure of traffic, which was asked for just before. */
  close(): Promise<void> {
    const measured = this.#meter.measure();
    for (const transport of this.all) transport.close();
    // A worker that died meanwhile cannot be asked any more: the measure before counts.
    return measured.catch(() => {});
  }
}
