import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { AppError } from "@/lib/app-error";
import type { ErrorCode } from "@/lib/error-table";
import { closeSession, dismissObserver } from "../management/command-endpoint";
import type { Health } from "../monitoring/health";
import type { RelayMetrics } from "../monitoring/metrics";
import type { RoomRegistry } from "../rooms/room-registry";
import type { TokenVerifier } from "../tokens/token-verifier";
import type { SignallingServer } from "./signalling-server";

const HEADERS_TIMEOUT_MS = 5_000;
const REQUEST_TIMEOUT_MS = 10_000;
const UUID = "([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})";
const SESSION_PATH = new RegExp(`^/sessions/${UUID}$`);
const OBSERVER_PATH = new RegExp(`^/sessions/${UUID}/observers/${UUID}$`);

interface HttpServerOptions {
  host: string;
  port: number;
  signalling: SignallingServer;
  tokens: TokenVerifier;
  registry: RoomRegistry;
  metrics: RelayMetrics;
  health: () => Health;
}

/** The relay's one TCP port for everything but media: signalling, health, metrics and the management server's commands. */
export class HttpServer {
  readonly #server: Server;
  readonly #options: HttpServerOptions;

  private constructor(options: HttpServerOptions) {
    this.#options = options;
    this.#server = createServer({ headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS });
    this.#server.on("request", (request: IncomingMessage, response: ServerResponse) => {
      this.#respond(request, response).catch((error: unknown) => this.#respondError(response, error));
    });
    this.#server.on("upgrade", (request, socket, head) => options.signalling.upgrade(request, socket, head));
  }

  /** @throws Error when the port cannot be bound */
  static async listen(options: HttpServerOptions): Promise<HttpServer> {
    const http = new HttpServer(options);
    await new Promise<void>((resolve, reject) => {
      http.#server.once("error", reject);
      http.#server.listen(options.port, options.host, () => {
        http.#server.off("error", reject);
        resolve();
      });
    });
    return http;
  }

  /** The port that is bound, also when any was asked for. */
  get port(): number {
    const address: AddressInfo | string | null = this.#server.address();
    return typeof address === "object" && address !== null ? address.port : this.#options.port;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url?.split("?", 1)[0] ?? "";
    const sessionId = SESSION_PATH.exec(path)?.[1];
    const [, observedId, observerId] = OBSERVER_PATH.exec(path) ?? [];
    response.setHeader("cache-control", "no-store");
    response.setHeader("x-content-type-options", "nosniff");
    if (request.method === "GET" && path === "/healthz") {
      const health = this.#options.health();
      json(response, health.status === "ok" ? 200 : 503, health);
    } else if (request.method === "GET" && path === "/metrics") {
      const text = await this.#options.metrics.text();
      response.setHeader("content-type", this.#options.metrics.registry.contentType).end(text);
    } else if (request.method === "DELETE" && sessionId !== undefined) {
      const { tokens, registry } = this.#options;
      await closeSession(request, sessionId, { tokens, end: (id, reason) => registry.end(id, reason) });
      response.writeHead(204).end();
    } else if (request.method === "DELETE" && observedId !== undefined && observerId !== undefined) {
      const { tokens, registry } = this.#options;
      await dismissObserver(request, observedId, observerId, {
        tokens,
        dismiss: (...which) => registry.dismissObserver(...which),
      });
      response.writeHead(204).end();
    } else {
      throw new AppError("NOT_FOUND");
    }
  }

  #respondError(response: ServerResponse, error: unknown): void {
    const known = error instanceof AppError ? error : new AppError("INTERNAL", { cause: error });
    this.#options.metrics.refused(known.code);
    if (response.headersSent) {
      response.destroy();
      return;
    }
    // What of the request was not read is not waited for.
    response.setHeader("connection", "close");
    json(response, known.status, { error: known.code } satisfies { error: ErrorCode });
  }
}

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
