import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { type ErrorCode, errorTable } from "@/lib/error-table";
import { CHECK_SUBPROTOCOL } from "@/protocol/connectivity-check";
import { SIGNALLING_MAX_CARRIED_BYTES, SIGNALLING_SUBPROTOCOL } from "@/protocol/signalling";
import type { CheckServer } from "../check/check-server";
import type { RelayConfig } from "../config";
import type { PublicCandidates } from "../front/public-candidates";
import { type Logger, scopedLogger } from "../logging";
import type { RelayMetrics } from "../monitoring/metrics";
import { VisitBook } from "../monitoring/visit";
import { Peer } from "../rooms/peer";
import type { RoomRegistry } from "../rooms/room-registry";
import type { TokenVerifier } from "../tokens/token-verifier";
import { AddressLimiter } from "./address-limiter";
import { clientAddress } from "./client-address";
import { SignallingConnection } from "./signalling-connection";

export const SIGNALLING_PATH = "/signalling";
/** The subprotocol of this or any other version. */
const ANY_VERSION = /^madoguchi\.signalling\.v\d{1,4}$/;

interface SignallingServerOptions {
  config: RelayConfig;
  tokens: TokenVerifier;
  registry: RoomRegistry;
  candidates: PublicCandidates;
  checks: CheckServer;
  metrics: RelayMetrics;
  logger: Logger;
}

/** Lets browsers in through the WebSocket and keeps their connections. */
export class SignallingServer {
  readonly #options: SignallingServerOptions;
  readonly #logger: Logger;
  readonly #webSocketServer: WebSocketServer;
  readonly #visits: VisitBook;
  readonly #unjoined: AddressLimiter;
  readonly #connections = new Set<SignallingConnection>();
  #closing = false;
  #allGone: (() => void) | undefined;

  constructor(options: SignallingServerOptions) {
    this.#options = options;
    this.#logger = scopedLogger(options.logger, "signalling");
    this.#visits = new VisitBook(options.metrics, options.logger);
    this.#unjoined = new AddressLimiter(options.config.limits.maxUnjoinedPerAddress);
    this.#webSocketServer = new WebSocketServer({
      noServer: true,
      maxPayload: SIGNALLING_MAX_CARRIED_BYTES,
      perMessageDeflate: false,
      handleProtocols: (offered) =>
        [SIGNALLING_SUBPROTOCOL, CHECK_SUBPROTOCOL].find((name) => offered.has(name)) ??
        [...offered].find((name) => ANY_VERSION.test(name)) ??
        false,
    });
  }

  get connections(): number {
    return this.#connections.size;
  }

  /** Takes an HTTP upgrade or answers it with an error status. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // A socket that breaks before it is a WebSocket has nobody to tell.
    socket.on("error", () => socket.destroy());
    const refusal = this.#refusalOf(request);
    if (refusal !== null) {
      this.#refuseUpgrade(socket, refusal);
      return;
    }
    const leave = this.#unjoined.enter(clientAddress(request, this.#options.config.trustedProxies));
    if (leave === null) {
      this.#refuseUpgrade(socket, "MESSAGE_TOO_OFTEN");
      return;
    }
    socket.once("close", leave);
    this.#webSocketServer.handleUpgrade(request, socket, head, (webSocket) => {
      // A check keeps its address's place among those that have not joined, for it never does.
      if (webSocket.protocol === CHECK_SUBPROTOCOL) this.#options.checks.take(webSocket);
      else this.#connect(webSocket, leave);
    });
  }

  /** Takes no new connections and lets nobody join; those that have joined go on. */
  refuseAll(): void {
    this.#closing = true;
  }

  /** Tells every browser to join again, elsewhere or later, and cuts the sockets that are still open after the time-out. */
  async close(timeoutMs: number): Promise<void> {
    this.refuseAll();
    for (const connection of this.#connections) connection.interrupt();
    this.#options.checks.close();
    this.#webSocketServer.close();
    if (this.#connections.size === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      this.#allGone = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    for (const connection of this.#connections) connection.terminate();
  }

  #refusalOf({ url, headers }: IncomingMessage): ErrorCode | null {
    if (url?.split("?", 1)[0] !== SIGNALLING_PATH) return "NOT_FOUND";
    if (this.#closing) return "RELAY_DRAINING";
    const { origin } = headers;
    if (origin === undefined || !this.#options.config.allowedOrigins.has(origin)) return "ORIGIN_REFUSED";
    const subprotocols = headers["sec-websocket-protocol"]?.split(",").map((name) => name.trim());
    // A page of another version is let in to be told so: of a refused upgrade a browser learns nothing but that it failed.
    const isKnown = (name: string) => ANY_VERSION.test(name) || name === CHECK_SUBPROTOCOL;
    return subprotocols?.some(isKnown) ? null : "PROTOCOL_VERSION";
  }

  #refuseUpgrade(socket: Duplex, code: ErrorCode): void {
    this.#countRefusal(code, {});
    const body = JSON.stringify({ error: code });
    // Half closed, it would stay for as long as the other side likes.
    socket.once("finish", () => socket.destroy());
    socket.end(
      [
        `HTTP/1.1 ${errorTable[code].status} ${code}`,
        "Connection: close",
        "Content-Type: application/json",
        `Content-Length: ${Buffer.byteLength(body)}`,
        "",
        body,
      ].join("\r\n"),
    );
  }

  #connect(webSocket: WebSocket, leave: () => void): void {
    const { config, tokens, registry, candidates } = this.#options;
    const connection = SignallingConnection.create(
      {
        webSocket,
        limits: config.limits,
        logger: this.#logger,
        onRequest: (method) => this.#options.metrics.requested(method),
        onRefused: (code) => this.#countRefusal(code, {}),
        onClosed: () => {
          this.#connections.delete(connection);
          if (this.#connections.size === 0) this.#allGone?.();
        },
      },
      (socket) =>
        Peer.create({
          socket,
          tokens,
          registry,
          candidates,
          visits: this.#visits,
          isDraining: () => this.#closing,
          joinTimeoutMs: config.limits.joinTimeoutMs,
          onSettled: leave,
          onRefused: (code, claims) => this.#countRefusal(code, claims),
        }),
    );
    this.#connections.add(connection);
  }

  #countRefusal(code: ErrorCode, { sessionId, role }: { sessionId?: string; role?: string }): void {
    this.#options.metrics.refused(code);
    this.#logger.info({ code, sessionId, role }, "refused");
  }
}
