import type { WebRtcTransport } from "mediasoup/types";
import { type Traffic, TransportMeter } from "./transport-meter";

/** The pair of transports for the channel `file`: an SCTP association each, which nothing else shares. */
export class BulkTransports {
  readonly sendTransport: WebRtcTransport;
  readonly recvTransport: WebRtcTransport;
  readonly #meters: readonly TransportMeter[];

  constructor(
    { sendTransport, recvTransport }: Pick<BulkTransports, "sendTransport" | "recvTransport">,
    onTraffic: (traffic: Traffic) => void,
  ) {
    this.sendTransport = sendTransport;
    this.recvTransport = recvTransport;
    this.#meters = [
      new TransportMeter(sendTransport, "in", onTraffic),
      new TransportMeter(recvTransport, "out", onTraffic),
    ];
  }

  get all(): WebRtcTransport[] {
    return [this.sendTransport, this.recvTransport];
  }

  async measureBytes(): Promise<void> {
    await Promise.all(this.#meters.map((meter) => meter.measure()));
  }

  /** Closing is immediate; the promise is for the last measure of traffic, which was asked for just before. */
  close(): Promise<void> {
    const measured = this.measureBytes();
    for (const transport of this.all) transport.close();
    // A worker that died meanwhile cannot be asked any more: the measure before counts.
    return measured.catch(() => {});
  }
}
