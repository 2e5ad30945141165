import { createWorker } from "mediasoup";
import type { Router, TransportListenInfo, WebRtcServer, Worker } from "mediasoup/types";
import type { MediaConfig } from "../config";
import type { Logger } from "../logging";
import { mediaCodecs } from "../rooms/media-codecs";

/** One mediasoup worker process with its WebRtcServer: all its media passes one UDP and one TCP port. */
export class MediaWorker {
  readonly index: number;
  readonly webRtcServer: WebRtcServer;
  readonly #worker: Worker;
  #rooms = 0;
  #lastUsage = { cpuMs: 0, atMs: performance.now() };

  private constructor(index: number, worker: Worker, webRtcServer: WebRtcServer) {
    this.index = index;
    this.#worker = worker;
    this.webRtcServer = webRtcServer;
  }

  /**
   * Starts the process and binds its ports.
   *
   * @throws Error when the worker's binary is missing or a port is taken
   */
  static async start({
    index,
    config,
    logger,
    onDied,
  }: {
    index: number;
    config: MediaConfig;
    logger: Logger;
    onDied: () => void;
  }): Promise<MediaWorker> {
    // mediasoup's warnings speak of packets and parameters; "error" keeps addresses of users out of the log.
    const worker = await createWorker({ logLevel: "error" });
    try {
      const webRtcServer = await worker.createWebRtcServer({ listenInfos: listenInfos(index, config) });
      const started = new MediaWorker(index, worker, webRtcServer);
      worker.on("died", (error) => {
        logger.error({ worker: index, pid: worker.pid, reason: error.message }, "worker died");
        onDied();
      });
      logger.info({ worker: index, pid: worker.pid }, "worker started");
      return started;
    } catch (error) {
      worker.close();
      throw error;
    }
  }

  get pid(): number {
    return this.#worker.pid;
  }

  get closed(): boolean {
    return this.#worker.closed;
  }

  /** Rooms that it carries or is about to. */
  get rooms(): number {
    return this.#rooms;
  }

  async openRouter(): Promise<Router> {
    // Counted before it exists, so that rooms opened at the same instant spread over the workers.
    this.#rooms += 1;
    try {
      const router = await this.#worker.createRouter({ mediaCodecs });
      router.observer.once("close", () => {
        this.#rooms -= 1;
      });
      return router;
    } catch (error) {
      this.#rooms -= 1;
      throw error;
    }
  }

  /** The share of one core that the process used since the last call, from 0. */
  async measureLoad(): Promise<number> {
    const usage = await this.#worker.getResourceUsage();
    const cpuMs = usage.ru_utime + usage.ru_stime;
    const atMs = performance.now();
    const elapsedMs = Math.max(1, atMs - this.#lastUsage.atMs);
    const load = Math.max(0, cpuMs - this.#lastUsage.cpuMs) / elapsedMs;
    this.#lastUsage = { cpuMs, atMs };
    return Math.min(1, load);
  }

  close(): void {
    this.#worker.close();
  }
}

function listenInfos(index: number, config: MediaConfig): TransportListenInfo[] {
  const protocols = ["udp", "tcp"] as const;
  return protocols.map((protocol) => ({
    protocol,
    ip: config.listenAddress,
    ...(config.announcedAddress === undefined ? {} : { announcedAddress: config.announcedAddress }),
    ...(config.port === 0 ? {} : { port: config.port + index }),
  }));
}
