import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { mayReadMetrics } from "@/lib/metrics-access";
import { lookAtSignInQueue } from "@/server/auth/sign-in";
import { lookAtPool } from "@/server/db/client";
import type { ServiceContext } from "@/server/domain/service-context";
import packageJson from "../../../package.json";
import { readServiceFigures } from "./read-service-figures";
import { ServiceGauges } from "./service-gauges";

const PATH = "/api/metrics";
const REQUEST_TIMEOUT_MS = 5_000;

type Parts = Pick<ServiceContext, "db" | "env" | "log" | "metrics" | "now">;

/** Where the management server's metrics are read. */
export class MetricsEndpoint {
  readonly #parts: Parts;
  readonly #gauges: ServiceGauges;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#gauges = new ServiceGauges(parts.metrics.registry, packageJson.version);
  }

  /**
   * Answers a request for the metrics at the port that the world reaches: with them if whoever asks may read them there, else as if
   * there were none.
   *
   * @param request as it came: what a proxy added to it counts
   * @returns false when the request is for something else
   */
  take(request: IncomingMessage, response: ServerResponse): boolean {
    if (request.url?.split("?", 1)[0] !== PATH) return false;
    const { METRICS_PORT, METRICS_ALLOW } = this.#parts.env;
    const isHere = METRICS_PORT === undefined && mayReadMetrics(request, METRICS_ALLOW);
    if (request.method === "GET" && isHere) this.#answer(response);
    else refuse(response);
    return true;
  }

  /**
   * Serves the metrics, and nothing else, at the port of their own, if there is to be one.
   *
   * @throws Error when the port cannot be bound
   */
  async listen(): Promise<Server | null> {
    const { METRICS_PORT: port, METRICS_HOST: host, METRICS_ALLOW } = this.#parts.env;
    if (port === undefined) return null;
    const timeouts = { headersTimeout: REQUEST_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS };
    const server = createServer(timeouts, (request, response) => {
      const isAsked = request.method === "GET" && request.url?.split("?", 1)[0] === PATH;
      if (isAsked && mayReadMetrics(request, METRICS_ALLOW)) this.#answer(response);
      else refuse(response);
    });
    await new Promise<void>((resolve, reject) => {
      server.once("error", (error: NodeJS.ErrnoException) => {
        const isTaken = error.code === "EADDRINUSE";
        reject(isTaken ? new Error("METRICS_PORT is taken by another process.") : error);
      });
      server.listen(port, host, resolve);
    });
    return server;
  }

  #answer(response: ServerResponse): void {
    this.#text().then(
      (text) => {
        const { contentType } = this.#parts.metrics.registry;
        response.writeHead(200, { "content-type": contentType, "cache-control": "no-store" }).end(text);
      },
      (error: unknown) => {
        this.#parts.log.error({ err: error }, "the metrics could not be told");
        response.destroy();
      },
    );
  }

  async #text(): Promise<string> {
    const { db, metrics } = this.#parts;
    const figures = await readServiceFigures(this.#parts);
    this.#gauges.show({ figures, pool: lookAtPool(db), signInQueue: lookAtSignInQueue() });
    return metrics.text();
  }
}

function refuse(response: ServerResponse): void {
  response.writeHead(404, { connection: "close" }).end();
}
