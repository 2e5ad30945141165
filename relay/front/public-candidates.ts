import type { IceCandidate } from "mediasoup/types";
import type { RelayConfig } from "../config";

/**
 * What browsers are told as the relay's ICE candidates, where that differs from what mediasoup itself listens on: behind the one port, a
 * worker's TCP server listens on loopback, and NAT may show all of it under another number. mediasoup knows an announced
 * address, but no announced port.
 */
export class PublicCandidates {
  readonly #config: Pick<RelayConfig, "front" | "media">;
  /** The front's TCP port, known once it listens. */
  tcpPort: number | undefined;

  constructor(config: Pick<RelayConfig, "front" | "media">) {
    this.#config = config;
  }

  of(candidates: readonly IceCandidate[]): IceCandidate[] {
    const { front, media } = this.#config;
    if (front === null) return [...candidates];
    const announced = front.announcedPort;
    return candidates.map((candidate) => {
      if (candidate.protocol === "tcp") {
        return { ...candidate, port: announced ?? this.tcpPort ?? candidate.port };
      }
      // Worker n is mapped to the n-th number after the announced one, as it is to the n-th after the bound one.
      if (announced === undefined || media.port === 0) return candidate;
      return { ...candidate, port: announced + candidate.port - media.port };
    });
  }
}
