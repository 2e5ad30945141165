import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { AppError } from "@/lib/app-error";
import type { ErrorCode } from "@/lib/error-table";
import { closeSession, dismissObserver } from "../management/command-endpoint";
import type { Health } from "../monitoring/health";
import type { RelayMetrics } from "../monitoring/metrics";
import { answerMetrics, asksForMetrics } from "../monitoring/metrics-server";
import type { RoomRegistry } from "../rooms/room-registry";
import type { TokenVerifier } from "../tokens/token-verifier";
import type { SignallingServer } from "./signalling-server";

const UUID = "([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})";
const SESSION_PATH = new RegExp(`^/sessions/${UUID}$`);
const OBSERVER_PATH = new RegExp(`^/sessions/${UUID}/observers/${UUID}$`);

/** Whoever answers what is not the relay's own. */
export interface Site {
  forward(request: IncomingMessage, response: ServerResponse): void;
  close(): void;
}

interface HttpHandlerOptions {
  signalling: SignallingServer;
  tokens: TokenVerifier;
  registry: RoomRegistry;
  metrics: RelayMetrics;
  /** To whom this port tells the metrics. */
  mayReadMetrics: (request: IncomingMessage) => boolean;
  health: () => Health;
  /** Null: the rest is NOT_FOUND. */
  site: Site | null;
}

type Answer = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** What the relay answers over HTTP, whichever way a request came in: signalling, health, metrics and the management server's commands. */
export class HttpHandler {
  readonly #options: HttpHandlerOptions;

  constructor(options: HttpHandlerOptions) {
    this.#options = options;
  }

  /** Whether the relay itself answers this request. */
  owns(request: IncomingMessage): boolean {
    return this.#answerFor(request) !== null;
  }

  /** Answers a request; faults are answered too. */
  answer(request: IncomingMessage, response: ServerResponse): void {
    const answer = this.#answerFor(request);
    const { site } = this.#options;
    if (answer === null && site !== null) {
      site.forward(request, response);
      return;
    }
    response.setHeader("cache-control", "no-store");
    response.setHeader("x-content-type-options", "nosniff");
    if (answer === null) {
      this.#answerError(response, new AppError("NOT_FOUND"));
      return;
    }
    answer(request, response).catch((error: unknown) => this.#answerError(response, error));
  }

  /** Takes a WebSocket or refuses it. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#options.signalling.upgrade(request, socket, head);
  }

  /** Closes what it keeps open towards the site. */
  close(): void {
    this.#options.site?.close();
  }

  #answerFor(request: IncomingMessage): Answer | null {
    const { metrics, mayReadMetrics } = this.#options;
    // To everybody else there is no such thing.
    if (asksForMetrics(request) && mayReadMetrics(request)) {
      return (_, response) => answerMetrics(metrics, response);
    }
    const { method, url } = request;
    const path = url?.split("?", 1)[0] ?? "";
    if (method === "GET" && path === "/healthz") return (_, response) => this.#answerHealth(response);
    if (method !== "DELETE") return null;
    const sessionId = SESSION_PATH.exec(path)?.[1];
    if (sessionId !== undefined) return (...exchange) => this.#closeSession(sessionId, ...exchange);
    const [, observedId, observerId] = OBSERVER_PATH.exec(path) ?? [];
    if (observedId === undefined || observerId === undefined) return null;
    return (...exchange) => this.#dismissObserver(observedId, observerId, ...exchange);
  }

  async #answerHealth(response: ServerResponse): Promise<void> {
    const health = this.#options.health();
    json(response, health.status === "ok" ? 200 : 503, health);
  }

  async #closeSession(sessionId: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { tokens, registry } = this.#options;
    await closeSession(request, sessionId, { tokens, end: (id, reason) => registry.end(id, reason) });
    response.writeHead(204).end();
  }

  async #dismissObserver(
    sessionId: string,
    observerId: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const { tokens, registry } = this.#options;
    await dismissObserver(request, sessionId, observerId, {
      tokens,
      dismiss: (...which) => registry.dismissObserver(...which),
    });
    response.writeHead(204).end();
  }

  #answerError(response: ServerResponse, error: unknown): void {
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
