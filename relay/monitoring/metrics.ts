import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { ErrorCode } from "@/lib/error-table";
import type { EndReason } from "@/protocol/end-reason";
import { type JoinRole, joinRoles } from "@/protocol/roles";
import type { SignallingMethod } from "@/protocol/signalling";
import type { StreamSample } from "../rooms/stream-meter";
import type { Traffic } from "../rooms/transport-meter";
import type { LeaveCause } from "./visit";

/** What the relay carries at one moment. */
export interface RelayCounts {
  sessions: number;
  /** Without a room for the moment: their sides may come back. */
  interruptedSessions: number;
  /** 1 while no new session is taken. */
  draining: number;
  peers: Record<JoinRole, number>;
  /** WebSockets, joined or not. */
  connections: number;
  /** Connectivity checks. */
  checks: number;
  producers: number;
  consumers: number;
  dataProducers: number;
  dataConsumers: number;
  workers: number;
  pendingReports: number;
}

/** A transport as far as the metrics tell transports apart. */
export interface TransportLook {
  /** `session`: what every peer has; anything else by its own word. */
  readonly use: string;
  readonly protocol: Traffic["protocol"];
  /** As mediasoup names the states of ICE. */
  readonly ice: string;
}

/** A worker that runs. */
export interface WorkerLook {
  /** Its place, from 0: a worker that was started again has the same. */
  readonly index: number;
  readonly routers: number;
  readonly transports: readonly TransportLook[];
}

/** What a worker's process has used. */
export interface WorkerUsage {
  /** Since the last time that it was told. */
  readonly cpuSeconds: number;
  /** Null where the system does not tell. */
  readonly residentBytes: number | null;
}

type GaugeName = Exclude<keyof RelayCounts, "peers">;
const gaugeHelp: Record<GaugeName, [name: string, help: string]> = {
  sessions: ["sessions", "Support sessions with a room on this relay"],
  interruptedSessions: [
    "interrupted_sessions",
    "Sessions whose room died with its worker or was sent off, and whose sides may come back",
  ],
  draining: ["draining", "1 while the relay takes no new session, else 0"],
  connections: ["connections", "Signalling WebSockets, joined or not"],
  checks: ["checks", "Connectivity checks that run"],
  producers: ["producers", "Videos that customers send"],
  consumers: ["consumers", "Videos that operators and observers receive"],
  dataProducers: ["data_producers", "Data channels that are sent on"],
  dataConsumers: ["data_consumers", "Data channels that are received on"],
  workers: ["workers", "mediasoup workers that run"],
  pendingReports: ["pending_reports", "Reports that the management server has not acknowledged"],
};

/** Why the two sides of a session had to join again. */
export type InterruptionCause = "worker_died" | "drained" | "moved";

/**
 * The relay's Prometheus metrics; `ops/monitoring` explains each of them. Gauges are read from the living objects when asked for, so
 * they cannot drift. No label names a session, a person or an address: their number must stay small.
 */
export class RelayMetrics {
  readonly registry = new Registry();
  readonly joins = new Counter({
    name: "madoguchi_relay_joins_total",
    help: "Joins that were let in",
    labelNames: ["role"] as const,
    registers: [this.registry],
  });
  readonly joinSeconds = new Histogram({
    name: "madoguchi_relay_join_seconds",
    help: "Seconds from a join token that was found good until all transports of the peer were connected",
    labelNames: ["role", "protocol"] as const,
    buckets: [0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10],
    registers: [this.registry],
  });
  readonly unconnected = new Counter({
    name: "madoguchi_relay_unconnected_joins_total",
    help: "Peers that left without all of their transports ever having been connected",
    labelNames: ["role"] as const,
    registers: [this.registry],
  });
  readonly leaves = new Counter({
    name: "madoguchi_relay_leaves_total",
    help: "Peers that left, by what their leaving came from",
    labelNames: ["role", "cause"] as const,
    registers: [this.registry],
  });
  readonly refusals = new Counter({
    name: "madoguchi_relay_refusals_total",
    help: "Connections, joins, messages and commands refused, by error code",
    labelNames: ["code"] as const,
    registers: [this.registry],
  });
  readonly requests = new Counter({
    name: "madoguchi_relay_requests_total",
    help: "Signalling requests of peers that were taken up, by method",
    labelNames: ["method"] as const,
    registers: [this.registry],
  });
  readonly sessionEnds = new Counter({
    name: "madoguchi_relay_session_ends_total",
    help: "Sessions of this relay that ended, by reason",
    labelNames: ["reason"] as const,
    registers: [this.registry],
  });
  readonly interruptions = new Counter({
    name: "madoguchi_relay_session_interruptions_total",
    help: "Sessions whose sides had to join again, by cause",
    labelNames: ["cause"] as const,
    registers: [this.registry],
  });
  readonly workerRestarts = new Counter({
    name: "madoguchi_relay_worker_restarts_total",
    help: "Workers started again after one died",
    registers: [this.registry],
  });
  readonly workerCpuSeconds = new Counter({
    name: "madoguchi_relay_worker_cpu_seconds_total",
    help: "Seconds of CPU time that a worker has used; each can use one core",
    labelNames: ["worker"] as const,
    registers: [this.registry],
  });
  readonly workerResidentBytes = new Gauge({
    name: "madoguchi_relay_worker_resident_bytes",
    help: "Bytes of memory that a worker occupies (Linux only)",
    labelNames: ["worker"] as const,
    registers: [this.registry],
  });
  readonly bytesForwarded = new Counter({
    name: "madoguchi_relay_bytes_forwarded_total",
    help: "Bytes sent to receiving sides, as last measured",
    registers: [this.registry],
  });
  readonly receivedBytes = new Counter({
    name: "madoguchi_relay_received_bytes_total",
    help: "Bytes that came over transports, or were carried over sockets, as last measured, by protocol",
    labelNames: ["protocol"] as const,
    registers: [this.registry],
  });
  readonly sentBytes = new Counter({
    name: "madoguchi_relay_sent_bytes_total",
    help: "Bytes that went out over transports, or were carried over sockets, as last measured, by protocol",
    labelNames: ["protocol"] as const,
    registers: [this.registry],
  });
  readonly lossRatio = new Histogram({
    name: "madoguchi_relay_packet_loss_ratio",
    help: "Lost packets of all, 0 to 1, in samples of videos on their way in and out",
    labelNames: ["way"] as const,
    buckets: [0, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5],
    registers: [this.registry],
  });
  readonly rttSeconds = new Histogram({
    name: "madoguchi_relay_round_trip_seconds",
    help: "Seconds to the browser and back, in samples of videos on their way in and out",
    labelNames: ["way"] as const,
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.4, 0.7, 1, 2],
    registers: [this.registry],
  });
  readonly sampleSeconds = new Histogram({
    name: "madoguchi_relay_sample_seconds",
    help: "Seconds that a round of samples took; each looks at a limited number of peers",
    buckets: [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1],
    registers: [this.registry],
  });

  constructor(version: string) {
    new Gauge({
      name: "madoguchi_relay_info",
      help: "Always 1; the labels say what runs",
      labelNames: ["version"] as const,
      registers: [this.registry],
    }).set({ version }, 1);
    collectDefaultMetrics({ register: this.registry });
  }

  /** Counts a refusal under its code. */
  refused(code: ErrorCode): void {
    this.refusals.inc({ code });
  }

  requested(method: SignallingMethod): void {
    this.requests.inc({ method });
  }

  left(role: JoinRole, cause: LeaveCause): void {
    this.leaves.inc({ role, cause });
  }

  sessionEnded(reason: EndReason): void {
    this.sessionEnds.inc({ reason });
  }

  interrupted(cause: InterruptionCause): void {
    this.interruptions.inc({ cause });
  }

  /** Counts what passed a transport. */
  passed({ way, protocol, receivedBytes, sentBytes }: Traffic): void {
    this.receivedBytes.inc({ protocol }, receivedBytes);
    this.sentBytes.inc({ protocol }, sentBytes);
    if (way === "out") this.bytesForwarded.inc(sentBytes);
  }

  sampled({ way, lossRatio, rttMs }: StreamSample): void {
    this.lossRatio.observe({ way }, lossRatio);
    if (rttMs !== null) this.rttSeconds.observe({ way }, rttMs / 1000);
  }

  workerUsed(index: number, { cpuSeconds, residentBytes }: WorkerUsage): void {
    const worker = String(index);
    this.workerCpuSeconds.inc({ worker }, cpuSeconds);
    if (residentBytes !== null) this.workerResidentBytes.set({ worker }, residentBytes);
  }

  /** Adds the gauges; both are called for each scrape. */
  observe(read: () => RelayCounts, readWorkers: () => readonly WorkerLook[]): void {
    for (const key of Object.keys(gaugeHelp) as GaugeName[]) {
      const [name, help] = gaugeHelp[key];
      new Gauge({
        name: `madoguchi_relay_${name}`,
        help,
        registers: [this.registry],
        collect() {
          this.set(read()[key]);
        },
      });
    }
    new Gauge({
      name: "madoguchi_relay_peers",
      help: "Sides, observers and Client Tools that have joined, by role",
      labelNames: ["role"] as const,
      registers: [this.registry],
      collect() {
        const { peers } = read();
        for (const role of joinRoles) this.set({ role }, peers[role]);
      },
    });
    new Gauge({
      name: "madoguchi_relay_worker_routers",
      help: "Routers of a worker that runs, one a session",
      labelNames: ["worker"] as const,
      registers: [this.registry],
      collect() {
        this.reset();
        for (const { index, routers } of readWorkers()) this.set({ worker: String(index) }, routers);
      },
    });
    new Gauge({
      name: "madoguchi_relay_transports",
      help: "WebRTC transports, by what they are for, the protocol of their connection and the state of ICE",
      labelNames: ["use", "protocol", "ice"] as const,
      registers: [this.registry],
      collect() {
        this.reset();
        for (const { transports } of readWorkers()) {
          for (const { use, protocol, ice } of transports) this.inc({ use, protocol, ice });
        }
      },
    });
  }

  /** The text that Prometheus reads. */
  text(): Promise<string> {
    return this.registry.metrics();
  }
}
