import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { mayReadMetrics } from "@/lib/metrics-access";
import type { MetricsConfig } from "../config";
import type { RelayMetrics } from "./metrics";

const REQUEST_TIMEOUT_MS = 5_000;

/** Answers `GET /metrics`. */
export async function answerMetrics(metrics: RelayMetrics, response: ServerResponse): Promise<void> {
  const text = await metrics.text();
  response.setHeader("content-type", metrics.registry.contentType).end(text);
}

/** A port of its own for the metrics, so that the one that the world reaches has none of them. */
export class MetricsServer {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  /** @throws Error when the port cannot be bound */
  static async listen(
    { host, port, allowed }: MetricsConfig & { port: number },
    metrics: RelayMetrics,
  ): Promise<MetricsServer> {
    const timeouts = { headersTimeout: REQUEST_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS };
    const server = createServer(timeouts, (request, response) => {
      if (!asksForMetrics(request) || !mayReadMetrics(request, allowed)) {
        response.writeHead(404, { connection: "close" }).end();
        return;
      }
      response.setHeader("cache-control", "no-store");
      answerMetrics(metrics, response).catch(() => response.destroy());
    });
    await new Promise<void>((resolve, reject) => {
      server.once("error", (error: NodeJS.ErrnoException) => {
        const isTaken = error.code === "EADDRINUSE";
        reject(isTaken ? new Error("RELAY_METRICS_PORT is taken by another process.") : error);
      });
      server.listen(port, host, () => {
        server.removeAllListeners("error");
        resolve();
      });
    });
    return new MetricsServer(server);
  }

  /** The port that is bound, also when any was asked for. */
  get port(): number | null {
    const address = this.#server.address();
    return typeof address === "object" && address !== null ? address.port : null;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

export function asksForMetrics({ method, url }: IncomingMessage): boolean {
  return method === "GET" && url?.split("?", 1)[0] === "/metrics";
}
