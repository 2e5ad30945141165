import { createWorker } from "mediasoup";
import type { Router, TransportListenInfo, WebRtcServer, WebRtcTransport, Worker } from "mediasoup/types";
import type { MediaConfig } from "../config";
import type { Logger } from "../logging";
import type { WorkerLook } from "../monitoring/metrics";
import { mediaCodecs } from "../rooms/media-codecs";

/** Where a worker takes TCP when the front hands it on. */
const LOOPBACK = "127.0.0.1";

export interface TcpAddress {
  readonly host: string;
  readonly port: number;
}

/**
 * One UDP socket takes the packets of all sessions of a worker: the kernel's usual 208 KiB are full after a few key frames that come
 * at once, and what does not fit is lost. The kernel allows less where `net.core.rmem_max` and `wmem_max` say so.
 */
const UDP_BUFFER_BYTES = 4_194_304;

/** One mediasoup worker process with its WebRtcServer: all its media passes one UDP and one TCP port. */
export class MediaWorker {
  readonly index: number;
  readonly webRtcServer: WebRtcServer;
  /** Where the worker takes ICE over TCP. */
  readonly tcp: TcpAddress;
  readonly #worker: Worker;
  readonly #transports = new Set<WebRtcTransport>();
  #rooms = 0;
  #lastUsage = { cpuMs: 0, atMs: performance.now() };
  #toldCpuMs = 0;

  private constructor(index: number, worker: Worker, webRtcServer: WebRtcServer, tcp: TcpAddress) {
    this.index = index;
    this.#worker = worker;
    this.webRtcServer = webRtcServer;
    this.tcp = tcp;
    webRtcServer.observer.on("webrtctransporthandled", (transport) => this.#transports.add(transport));
    webRtcServer.observer.on("webrtctransportunhandled", (transport) => this.#transports.delete(transport));
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
      const [tcp] = (await webRtcServer.dump()).tcpServers;
      if (tcp === undefined) throw new Error("the worker does not listen on TCP");
      const started = new MediaWorker(index, worker, webRtcServer, { host: tcp.ip, port: tcp.port });
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

  /**
   * Whether one of its transports has this user name fragment of ICE now. They are asked one by one: an ICE restart gives a
   * transport another fragment without telling anybody, and there are a few thousand at most.
   */
  ownsFragment(usernameFragment: string): boolean {
    for (const { iceParameters } of this.#transports) {
      if (iceParameters.usernameFragment === usernameFragment) return true;
    }
    return false;
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
    const cpuMs = await this.#readCpuMs();
    const atMs = performance.now();
    const elapsedMs = Math.max(1, atMs - this.#lastUsage.atMs);
    const load = Math.max(0, cpuMs - this.#lastUsage.cpuMs) / elapsedMs;
    this.#lastUsage = { cpuMs, atMs };
    return Math.min(1, load);
  }

  /** The CPU time that the process has used since the last call; the first call tells of all since its start. */
  async measureCpuSeconds(): Promise<number> {
    const cpuMs = await this.#readCpuMs();
    const newMs = Math.max(0, cpuMs - this.#toldCpuMs);
    this.#toldCpuMs += newMs;
    return newMs / 1000;
  }

  /** What it carries, for the metrics. */
  get look(): WorkerLook {
    const transports = [...this.#transports].map(({ appData, iceSelectedTuple, iceState }) => ({
      use: typeof appData.use === "string" ? appData.use : "session",
      protocol: iceSelectedTuple?.protocol ?? ("none" as const),
      ice: iceState,
    }));
    return { index: this.index, routers: this.#rooms, transports };
  }

  async #readCpuMs(): Promise<number> {
    const usage = await this.#worker.getResourceUsage();
    return usage.ru_utime + usage.ru_stime;
  }

  close(): void {
    this.#worker.close();
  }
}

/**
 * One UDP socket cannot be shared by several processes in a way that brings each packet to the one that owns its transport, so every worker
 * has a UDP port of its own. TCP connections can be handed on: behind the front all workers share its port.
 */
function listenInfos(index: number, config: MediaConfig): TransportListenInfo[] {
  const announcedAddress = config.announcedAddress ?? config.listenAddress;
  const isNamed = config.announcedAddress !== undefined || config.tcpThroughFront;
  const own = {
    ip: config.listenAddress,
    ...(isNamed ? { announcedAddress } : {}),
    ...(config.port === 0 ? {} : { port: config.port + index }),
  };
  const tcp = config.tcpThroughFront ? { ip: LOOPBACK, announcedAddress } : own;
  return [
    { protocol: "udp", ...own, recvBufferSize: UDP_BUFFER_BYTES, sendBufferSize: UDP_BUFFER_BYTES },
    { protocol: "tcp", ...tcp },
  ];
}
