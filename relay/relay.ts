import { isIPv6 } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { setLogEventListeners } from "mediasoup";
import { mayReadMetrics } from "@/lib/metrics-access";
import type { Heartbeat, HeartbeatAnswer } from "@/protocol/relay-api";
import { SIGNALLING_PROTOCOL_VERSION } from "@/protocol/signalling";
import { CheckServer } from "./check/check-server";
import type { RelayConfig } from "./config";
import { Front } from "./front/front";
import { PublicCandidates } from "./front/public-candidates";
import { createSiteProxy } from "./front/site-proxy";
import { type Logger, scopedLogger } from "./logging";
import { HeartbeatSender } from "./management/heartbeat";
import { ManagementClient } from "./management/management-client";
import { ReportQueue } from "./management/report-queue";
import { readHealth } from "./monitoring/health";
import { IdleCollector } from "./monitoring/idle-collector";
import { MediaSampler } from "./monitoring/media-sampler";
import { RelayMetrics } from "./monitoring/metrics";
import { MetricsServer } from "./monitoring/metrics-server";
import { RoomRegistry, type UnstampedEvent } from "./rooms/room-registry";
import { HttpHandler } from "./signalling/http-handler";
import { HttpServer, type Listener } from "./signalling/http-server";
import { SignallingServer } from "./signalling/signalling-server";
import { TokenVerifier } from "./tokens/token-verifier";
import { chooseWorkerAllocator } from "./workers/worker-allocator";
import { WorkerPool } from "./workers/worker-pool";

/** A closing relay gives each step this long; the first comes before the other two, which run side by side. */
const FAREWELL_TIMEOUT_MS = 1_000;
const LEAVE_TIMEOUT_MS = 1_000;
const FLUSH_TIMEOUT_MS = 1_500;
/** While a relay drains, it asks this often whether its sessions can move, and looks whether any are left. */
const DRAIN_STEP_MS = 500;

interface RelayParts {
  workers: WorkerPool;
  registry: RoomRegistry;
  reports: ReportQueue;
  signalling: SignallingServer;
  http: Listener;
  metricsServer: MetricsServer | null;
  sampler: MediaSampler;
  collector: IdleCollector;
  client: ManagementClient;
}

/** The whole relay: Relay → rooms → peers → transports, each closed by its owner. */
export class Relay {
  readonly #config: RelayConfig;
  readonly #logger: Logger;
  readonly #parts: RelayParts;
  readonly #heartbeat: HeartbeatSender;
  readonly #aborted = new AbortController();
  #draining: Promise<void> | undefined;
  #closing: Promise<void> | undefined;
  #foreignVersion: number | undefined;

  private constructor(config: RelayConfig, logger: Logger, parts: RelayParts) {
    this.#config = config;
    this.#logger = scopedLogger(logger, "relay");
    this.#parts = parts;
    this.#heartbeat = new HeartbeatSender({
      client: parts.client,
      intervalMs: config.limits.heartbeatIntervalMs,
      logger,
      read: () => this.#readHeartbeat(),
      onAnswer: (answer) => this.#obey(answer),
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
    const allocator = chooseWorkerAllocator(config.media.allocator);
    const workers = await WorkerPool.create(config.media, logger, metrics);
    const reports = new ReportQueue({ client, relayId: config.relayId, logger });
    const report = (event: UnstampedEvent) => reports.push(event);
    const registry = new RoomRegistry({ config, workers, metrics, logger, report });
    const candidates = new PublicCandidates(config);
    const checks = new CheckServer({
      limits: config.limits,
      media: config.media,
      tokens,
      workers,
      candidates,
      metrics,
      logger,
    });
    const signalling = new SignallingServer({
      config,
      tokens,
      registry,
      candidates,
      checks,
      metrics,
      logger,
    });
    const health = () =>
      readHealth({
        draining: registry.draining,
        workers: workers.running.length,
        sessions: registry.left,
      });
    metrics.observe(
      () => ({
        ...registry.counts,
        connections: signalling.connections,
        checks: checks.running,
        workers: workers.running.length,
        pendingReports: reports.size,
      }),
      () => workers.running.map(({ look }) => look),
    );
    let metricsServer: MetricsServer | null = null;
    try {
      const { host, port, front, publicUrl } = config;
      const site = front?.siteUrl ? createSiteProxy(front.siteUrl, logger) : null;
      const { allowed, port: metricsPort } = config.metrics;
      const handler = new HttpHandler({
        signalling,
        tokens,
        registry,
        metrics,
        mayReadMetrics: (request) => metricsPort === null && mayReadMetrics(request, allowed),
        health,
        site,
      });
      if (metricsPort !== null) {
        metricsServer = await MetricsServer.listen({ ...config.metrics, port: metricsPort }, metrics);
      }
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
      const sampler = new MediaSampler({
        metrics,
        readMedia: () => registry.media,
        readWorkers: () => workers.running,
      });
      const relay = new Relay(config, logger, {
        workers,
        registry,
        reports,
        signalling,
        http,
        metricsServer,
        sampler,
        collector: new IdleCollector(() => registry.left),
        client,
      });
      relay.#heartbeat.start();
      relay.#logger.info(
        { relayId: config.relayId, port: relay.port, workers: relay.workerPids.length, allocator },
        "ready",
      );
      return relay;
    } catch (error) {
      metricsServer?.close();
      workers.close();
      throw error;
    }
  }

  /** The port of the metrics, if they have one of their own. */
  get metricsPort(): number | null {
    return this.#parts.metricsServer?.port ?? null;
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
   * Takes no new sessions and closes when those that it has are gone: it sends them off as soon as the management server says that
   * another relay could take them, and until then they go on here, also when a side loses its connection and comes back. What is
   * left when the time is up is sent off all the same. A second call waits for the first; {@link close} cuts it short.
   */
  drain({ timeoutMs }: { timeoutMs: number }): Promise<void> {
    this.#draining ??= this.#drain(timeoutMs);
    return this.#draining;
  }

  /**
   * Takes nothing new, tells the management server so, sends every browser off to join again, and closes. Takes at most about
   * three seconds; a second call waits for the first.
   */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #drain(timeoutMs: number): Promise<void> {
    const { registry } = this.#parts;
    const { signal } = this.#aborted;
    const deadlineMs = performance.now() + timeoutMs;
    registry.drain();
    this.#logger.info({ sessions: registry.left, timeoutMs }, "draining");
    for (;;) {
      // Also without any session: whoever looks for a relay must not find this one.
      await Promise.race([
        this.#heartbeat.beat(),
        pause(DRAIN_STEP_MS, undefined, { signal }).catch(() => {}),
      ]);
      const leftMs = deadlineMs - performance.now();
      if (registry.left === 0 || leftMs <= 0 || signal.aborted) break;
      await pause(Math.min(DRAIN_STEP_MS, leftMs), undefined, { signal }).catch(() => {});
    }
    this.#logger.info({ sessions: registry.left }, registry.left === 0 ? "drained" : "drained in part");
    await this.close();
  }

  async #close(): Promise<void> {
    const { signalling, registry, reports, http, metricsServer, sampler, collector, workers } = this.#parts;
    this.#logger.info("closing");
    this.#aborted.abort();
    registry.drain();
    signalling.refuseAll();
    // First of all the management server must stop naming this relay to those who are sent off.
    await this.#heartbeat.stop({ lastBeatTimeoutMs: FAREWELL_TIMEOUT_MS });
    await registry.close();
    await Promise.all([signalling.close(LEAVE_TIMEOUT_MS), reports.flush(FLUSH_TIMEOUT_MS)]);
    reports.close();
    sampler.close();
    collector.close();
    http.close();
    metricsServer?.close();
    workers.close();
    this.#logger.info("closed");
  }

  #obey({ close, dismiss, rejoin, canMove, protocolVersion }: HeartbeatAnswer): void {
    const { registry } = this.#parts;
    for (const { sessionId, reason } of close) registry.end(sessionId, reason);
    for (const { sessionId, observerId } of dismiss) {
      registry.dismissObserver(sessionId, observerId, Math.floor(Date.now() / 1000));
    }
    for (const sessionId of rejoin) registry.release(sessionId);
    if (canMove && registry.draining) registry.sendOff();
    this.#compareVersions(protocolVersion);
  }

  /** Says once, and not with every heartbeat, why nobody is sent here. */
  #compareVersions(theirs: number | undefined): void {
    const foreign = theirs === SIGNALLING_PROTOCOL_VERSION ? undefined : theirs;
    if (foreign !== undefined && foreign !== this.#foreignVersion) {
      this.#logger.error(
        { protocolVersion: SIGNALLING_PROTOCOL_VERSION, managementServer: foreign },
        "the management server speaks another protocol version: this relay gets no sessions until both have the same version",
      );
    }
    this.#foreignVersion = foreign;
  }

  async #readHeartbeat(): Promise<Heartbeat> {
    const { workers, registry } = this.#parts;
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
      state: registry.draining || workers.running.length === 0 ? "draining" : "ready",
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
