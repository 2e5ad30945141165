import { isIPv6 } from "node:net";
import { setLogEventListeners } from "mediasoup";
import type { Heartbeat } from "@/protocol/relay-api";
import { SIGNALLING_PROTOCOL_VERSION } from "@/protocol/signalling";
import type { RelayConfig } from "./config";
import { Front } from "./front/front";
import { PublicCandidates } from "./front/public-candidates";
import { createSiteProxy } from "./front/site-proxy";
import { type Logger, scopedLogger } from "./logging";
import { HeartbeatSender } from "./management/heartbeat";
import { ManagementClient } from "./management/management-client";
import { ReportQueue } from "./management/report-queue";
import { readHealth } from "./monitoring/health";
import { RelayMetrics } from "./monitoring/metrics";
import { RoomRegistry, type UnstampedEvent } from "./rooms/room-registry";
import { HttpHandler } from "./signalling/http-handler";
import { HttpServer, type Listener } from "./signalling/http-server";
import { SignallingServer } from "./signalling/signalling-server";
import { TokenVerifier } from "./tokens/token-verifier";
import { WorkerPool } from "./workers/worker-pool";

/** A closing relay gives each step this long; the first comes before the other two, which run side by side. */
const FAREWELL_TIMEOUT_MS = 1_000;
const LEAVE_TIMEOUT_MS = 1_000;
const FLUSH_TIMEOUT_MS = 1_500;

interface RelayParts {
  workers: WorkerPool;
  registry: RoomRegistry;
  reports: ReportQueue;
  signalling: SignallingServer;
  http: Listener;
  client: ManagementClient;
}

/** The whole relay: Relay → rooms → peers → transports, each closed by its owner. */
export class Relay {
  readonly #config: RelayConfig;
  readonly #logger: Logger;
  readonly #parts: RelayParts;
  readonly #heartbeat: HeartbeatSender;
  #closing: Promise<void> | undefined;

  private constructor(config: RelayConfig, logger: Logger, parts: RelayParts) {
    this.#config = config;
    this.#logger = scopedLogger(logger, "relay");
    this.#parts = parts;
    this.#heartbeat = new HeartbeatSender({
      client: parts.client,
      intervalMs: config.limits.heartbeatIntervalMs,
      logger,
      read: () => this.#readHeartbeat(),
      endSession: (sessionId, reason) => parts.registry.end(sessionId, reason),
      dismissObserver: (sessionId, observerId) =>
        parts.registry.dismissObserver(sessionId, observerId, Math.floor(Date.now() / 1000)),
    });
  }

  /**
   * Starts workers and server, and begins to tell the management server.
   *
   * @throws Error when a worker cannot start or a port is taken; nothing is left running then
   */
  static async create(config: RelayConfig, logger: Logger): Promise<Relay> {
    routeMediasoupLogs(logger);
    const metrics = new RelayMetrics(config.version);
    const tokens = new TokenVerifier({ publicKey: config.tokenPublicKey, relayId: config.relayId });
    const client = new ManagementClient({ url: config.managementUrl, secret: config.relaySecret });
    const workers = await WorkerPool.create(config.media, logger, metrics);
    const reports = new ReportQueue({ client, relayId: config.relayId, logger });
    const report = (event: UnstampedEvent) => reports.push(event);
    const registry = new RoomRegistry({ config, workers, metrics, logger, report });
    const candidates = new PublicCandidates(config);
    const signalling = new SignallingServer({ config, tokens, registry, candidates, metrics, logger });
    const health = () =>
      readHealth({
        draining: signalling.draining,
        workers: workers.running.length,
        sessions: registry.counts.sessions,
      });
    metrics.observe(() => ({
      ...registry.counts,
      connections: signalling.connections,
      workers: workers.running.length,
      pendingReports: reports.size,
    }));
    try {
      const { host, port, front, publicUrl } = config;
      const site = front?.siteUrl ? createSiteProxy(front.siteUrl, logger) : null;
      const handler = new HttpHandler({ signalling, tokens, registry, metrics, health, site });
      const findWorker = (fragment: string) => workers.findByFragment(fragment)?.tcp ?? null;
      const http =
        front === null
          ? await HttpServer.listen({ host, port, handler })
          : await Front.listen({
              host,
              port,
              config: front,
              publicUrl,
              handler,
              findWorker,
              metrics,
              logger,
            });
      candidates.tcpPort = http.port;
      const relay = new Relay(config, logger, { workers, registry, reports, signalling, http, client });
      relay.#heartbeat.start();
      relay.#logger.info(
        { relayId: config.relayId, port: relay.port, workers: relay.workerPids.length },
        "ready",
      );
      return relay;
    } catch (error) {
      workers.close();
      throw error;
    }
  }

  /** The port that is served, also when any was asked for. */
  get port(): number {
    return this.#parts.http.port;
  }

  /** The pids of the workers that run now. */
  get workerPids(): number[] {
    return this.#parts.workers.running.map((worker) => worker.pid);
  }

  /**
   * Takes nothing new, tells the management server so, sends every browser off to join again, and closes. Takes at most about
   * three seconds; a second call waits for the first.
   */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const { signalling, registry, reports, http, workers } = this.#parts;
    this.#logger.info("closing");
    signalling.drain();
    // First of all the management server must stop naming this relay to those who are sent off.
    await this.#heartbeat.stop({ lastBeatTimeoutMs: FAREWELL_TIMEOUT_MS });
    await registry.close();
    await Promise.all([signalling.close(LEAVE_TIMEOUT_MS), reports.flush(FLUSH_TIMEOUT_MS)]);
    reports.close();
    http.close();
    workers.close();
    this.#logger.info("closed");
  }

  async #readHeartbeat(): Promise<Heartbeat> {
    const { workers, registry, signalling } = this.#parts;
    const { relayId, region, version, host, publicUrl, commandUrl, front } = this.#config;
    const authority = `${isIPv6(host) ? `[${host}]` : host}:${this.port}`;
    const [load, sessions] = await Promise.all([workers.measureLoad(), registry.snapshot()]);
    return {
      relayId,
      region,
      version,
      protocolVersion: SIGNALLING_PROTOCOL_VERSION,
      publicUrl: publicUrl ?? `${front === null ? "ws" : "wss"}://${authority}`,
      commandUrl: commandUrl ?? `http://${authority}`,
      // A relay without workers can carry nothing for the moment.
      state: signalling.draining || workers.running.length === 0 ? "draining" : "ready",
      workers: workers.running.length,
      load,
      sessions,
    };
  }
}

/** mediasoup's own words go into the relay's log; they name transports and errors, never what is sent. */
function routeMediasoupLogs(logger: Logger): void {
  const mediasoupLogger = scopedLogger(logger, "mediasoup");
  setLogEventListeners({
    onwarn: (namespace, log) => mediasoupLogger.debug({ namespace }, log),
    onerror: (namespace, log, error) => mediasoupLogger.error({ namespace, reason: error?.message }, log),
  });
}
