import type { ConsumerStat, ProducerStat } from "mediasoup/types";

/** How a video went lately, as the reports of its receiver say (RTCP, RFC 3550, 6.4). */
export interface StreamSample {
  /** `in`: from the customer to the relay; `out`: from the relay to somebody who looks at it. */
  readonly way: "in" | "out";
  /** Lost packets of all since the report before, 0 to 1. */
  readonly lossRatio: number;
  /** Null as long as the browser has not told anything that it follows from. */
  readonly rttMs: number | null;
}

interface MeteredStream {
  readonly closed: boolean;
  getStats(): Promise<(ConsumerStat | ProducerStat)[]>;
}

/** RTCP tells the share as a number of 256. */
const FRACTION_LOST_UNIT = 256;

/** Asks the worker how a producer or consumer goes. */
export class StreamMeter {
  readonly #stream: MeteredStream;
  readonly #way: StreamSample["way"];
  #packets = 0;

  constructor(stream: MeteredStream, way: StreamSample["way"]) {
    this.#stream = stream;
    this.#way = way;
  }

  /**
   * Nothing while no packet has passed since the last time: of a picture that stands still the old figures say nothing about now.
   *
   * @throws Error when the worker cannot be asked
   */
  async sample(): Promise<StreamSample | null> {
    if (this.#stream.closed) return null;
    const type = this.#way === "in" ? "inbound-rtp" : "outbound-rtp";
    // A consumer tells of its producer too.
    const stats = (await this.#stream.getStats()).find((one) => one.type === type);
    if (stats === undefined || stats.packetCount <= this.#packets) return null;
    this.#packets = stats.packetCount;
    return {
      way: this.#way,
      lossRatio: Math.min(1, stats.fractionLost / FRACTION_LOST_UNIT),
      rttMs: stats.roundTripTime ?? null,
    };
  }
}
