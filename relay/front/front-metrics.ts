import { Counter, Gauge, type Registry } from "prom-client";

/** What became of a connection at the one port. */
export type ConnectionOutcome =
  | "tls"
  | "http"
  | "ice"
  /** Spoke nothing that is served here. */
  | "unknown"
  /** Did not say in time what it speaks. */
  | "slow"
  /** Its address has too many connections already. */
  | "crowded"
  /** ICE for a transport that is not here. */
  | "no_transport"
  /** TLS that came to nothing. */
  | "handshake_failed";

/** The one port's share of the relay's metrics. */
export class FrontMetrics {
  readonly connections: Counter<"outcome">;
  readonly certificateReloads: Counter<"result">;
  readonly certificateNotAfter: Gauge;

  constructor(registry: Registry, openConnections: () => number) {
    this.connections = new Counter({
      name: "madoguchi_relay_front_connections_total",
      help: "TCP connections to the one port, by what became of them",
      labelNames: ["outcome"] as const,
      registers: [registry],
    });
    this.certificateReloads = new Counter({
      name: "madoguchi_relay_certificate_reloads_total",
      help: "Times that the certificate's files changed, by whether the new ones could be served",
      labelNames: ["result"] as const,
      registers: [registry],
    });
    this.certificateNotAfter = new Gauge({
      name: "madoguchi_relay_certificate_not_after_seconds",
      help: "When the certificate that is served ends, in seconds since the epoch",
      registers: [registry],
    });
    new Gauge({
      name: "madoguchi_relay_front_open_connections",
      help: "TCP connections that are open at the one port",
      registers: [registry],
      collect() {
        this.set(openConnections());
      },
    });
  }

  count(outcome: ConnectionOutcome): void {
    this.connections.inc({ outcome });
  }
}
