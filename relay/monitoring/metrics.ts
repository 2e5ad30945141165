import { Counter, collectDefaultMetrics, Gauge, Registry } from "prom-client";
import type { ErrorCode } from "@/lib/error-table";
import { type JoinRole, joinRoles } from "@/protocol/roles";

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
  transports: number;
  producers: number;
  consumers: number;
  dataProducers: number;
  dataConsumers: number;
  workers: number;
  pendingReports: number;
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
  transports: ["transports", "WebRTC transports"],
  producers: ["producers", "Videos that customers send"],
  consumers: ["consumers", "Videos that operators and observers receive"],
  dataProducers: ["data_producers", "Data channels that are sent on"],
  dataConsumers: ["data_consumers", "Data channels that are received on"],
  workers: ["workers", "mediasoup workers that run"],
  pendingReports: ["pending_reports", "Reports that the management server has not acknowledged"],
};

/** The relay's Prometheus metrics. Gauges are read from the living objects when asked for, so they cannot drift. */
export class RelayMetrics {
  readonly registry = new Registry();
  readonly joins = new Counter({
    name: "madoguchi_relay_joins_total",
    help: "Joins that were let in",
    labelNames: ["role"] as const,
    registers: [this.registry],
  });
  readonly refusals = new Counter({
    name: "madoguchi_relay_refusals_total",
    help: "Connections, joins, messages and commands refused, by error code",
    labelNames: ["code"] as const,
    registers: [this.registry],
  });
  readonly workerRestarts = new Counter({
    name: "madoguchi_relay_worker_restarts_total",
    help: "Workers started again after one died",
    registers: [this.registry],
  });
  readonly bytesForwarded = new Counter({
    name: "madoguchi_relay_bytes_forwarded_total",
    help: "Bytes sent to receiving sides, as last measured",
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

  /** Adds the gauges; `read` is called for each scrape. */
  observe(read: () => RelayCounts): void {
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
      help: "Sides and observers that have joined, by role",
      labelNames: ["role"] as const,
      registers: [this.registry],
      collect() {
        const { peers } = read();
        for (const role of joinRoles) this.set({ role }, peers[role]);
      },
    });
  }

  /** The text that Prometheus reads. */
  text(): Promise<string> {
    return this.registry.metrics();
  }
}
