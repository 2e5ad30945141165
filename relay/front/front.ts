import {
  createServer as createHttpServer,
  type Server as HttpServer,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import { createServer as createHttpsServer, type Server as HttpsServer } from "node:https";
import { createServer, type Server, type Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import ipaddr from "ipaddr.js";
import type { FrontConfig } from "../config";
import { type Logger, scopedLogger } from "../logging";
import type { RelayMetrics } from "../monitoring/metrics";
import { AddressLimiter } from "../signalling/address-limiter";
import { addressKey } from "../signalling/client-address";
import type { HttpHandler } from "../signalling/http-handler";
import { boundPort, type Listener, TIMEOUT_CHECK_MS } from "../signalling/http-server";
import type { TcpAddress } from "../workers/media-worker";
import { awaitFirstBytes } from "./await-first-bytes";
import { CertificateFiles, type KeyPair } from "./certificate-files";
import { type ConnectionOutcome, FrontMetrics } from "./front-metrics";
import { pipeIceTcp } from "./ice-tcp-pipe";

const HEADERS_TIMEOUT_MS = 5_000;
/** Also what a slow line has for a file of some megabytes that goes on to the site. */
const REQUEST_TIMEOUT_MS = 60_000;
/** Longer than the management server's own pages take to come back, so that a browser keeps its connection. */
const KEEP_ALIVE_TIMEOUT_MS = 65_000;
/** Of a client that neither sends nor reads. Event streams and WebSockets have their pings. */
const SILENCE_TIMEOUT_MS = 120_000;

/** What one address, and all of them together, may have open. */
export interface FrontLimits {
  /** Until a connection has said what it speaks. */
  readonly firstBytesTimeoutMs: number;
  readonly handshakeTimeoutMs: number;
  /** Connections of one address that have not come that far, TLS handshakes included. */
  readonly maxUndecidedPerAddress: number;
  /** All connections of one address; an office behind one address has several for each of its people. */
  readonly maxPerAddress: number;
  readonly maxConnections: number;
}

const DEFAULT_LIMITS: FrontLimits = {
  firstBytesTimeoutMs: 5_000,
  handshakeTimeoutMs: 10_000,
  maxUndecidedPerAddress: 64,
  maxPerAddress: 2_000,
  maxConnections: 10_000,
};

interface FrontOptions {
  host: string;
  port: number;
  config: FrontConfig;
  /** `wss://host[:port]` as browsers know it; where plain HTTP is sent to. Null: the address that is bound. */
  publicUrl: string | null;
  handler: HttpHandler;
  /** Where the transport with this user name fragment takes ICE over TCP. */
  findWorker: (usernameFragment: string) => TcpAddress | null;
  metrics: RelayMetrics;
  logger: Logger;
  limits?: Partial<FrontLimits>;
}

/**
 * The one TCP port: HTTPS and WSS, ICE over TCP and plain HTTP, told apart by their first bytes. Nothing reaches a worker but
 * connectivity checks that name one of its transports.
 */
export class Front implements Listener {
  readonly #options: FrontOptions;
  readonly #limits: FrontLimits;
  readonly #logger: Logger;
  readonly #server: Server;
  readonly #https: HttpsServer;
  readonly #plain = createHttpServer(
    {
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: HEADERS_TIMEOUT_MS,
      connectionsCheckingInterval: TIMEOUT_CHECK_MS,
      keepAliveTimeout: 1,
    },
    (request, response) => this.#answerPlain(request, response),
  );
  readonly #certificate: CertificateFiles;
  readonly #metrics: FrontMetrics;
  readonly #undecided: AddressLimiter;
  readonly #perAddress: AddressLimiter;
  readonly #sockets = new Set<Socket>();
  /** By the remote end: what gives an undecided connection's place back once its TLS handshake is done. */
  readonly #handshakes = new Map<string, () => void>();

  private constructor(options: FrontOptions, certificate: CertificateFiles) {
    this.#options = options;
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.#logger = scopedLogger(options.logger, "front");
    this.#certificate = certificate;
    this.#metrics = new FrontMetrics(options.metrics.registry, () => this.#sockets.size);
    this.#metrics.certificateNotAfter.set(certificate.pair.notAfterSeconds);
    this.#undecided = new AddressLimiter(this.#limits.maxUndecidedPerAddress);
    this.#perAddress = new AddressLimiter(this.#limits.maxPerAddress);
    this.#https = this.#createHttps(certificate.pair);
    this.#plain.timeout = SILENCE_TIMEOUT_MS;
    for (const server of [this.#plain, this.#https]) watchTimeouts(server);
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
      this.#accept(socket).catch(() => socket.destroy());
    });
    this.#server.maxConnections = this.#limits.maxConnections;
  }

  /** @throws CertificateError when there is no certificate to serve; Error when the port cannot be bound */
  static async listen(options: FrontOptions): Promise<Front> {
    const certificate = await CertificateFiles.open({ ...options.config, logger: options.logger });
    const front = new Front(options, certificate);
    await new Promise<void>((resolve, reject) => {
      front.#server.once("error", reject);
      front.#server.listen(options.port, options.host, () => {
        front.#server.off("error", reject);
        resolve();
      });
    });
    certificate.follow({
      changed: (pair) => front.#use(pair),
      refused: () => front.#metrics.certificateReloads.inc({ result: "refused" }),
    });
    return front;
  }

  get port(): number {
    return boundPort(this.#server.address()) ?? this.#options.port;
  }

  /** Serves this certificate to handshakes from now on; what is connected stays so. */
  #use(pair: KeyPair): void {
    this.#https.setSecureContext(secureOptions(pair));
    this.#metrics.certificateNotAfter.set(pair.notAfterSeconds);
    this.#metrics.certificateReloads.inc({ result: "served" });
  }

  close(): void {
    this.#certificate.close();
    this.#options.handler.close();
    this.#server.close();
    this.#plain.close();
    this.#https.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  async #accept(socket: Socket): Promise<void> {
    socket.on("error", () => socket.destroy());
    const address = addressKey(socket.remoteAddress ?? "");
    const leave = this.#perAddress.enter(address);
    const decide = leave && this.#undecided.enter(address);
    if (leave === null || decide === null) {
      leave?.();
      this.#refuse(socket, "crowded");
      return;
    }
    this.#sockets.add(socket);
    socket.once("close", () => {
      this.#sockets.delete(socket);
      leave();
      decide();
    });
    const told = await awaitFirstBytes(socket, this.#limits.firstBytesTimeoutMs);
    switch (told?.kind) {
      case "tls":
        this.#metrics.count("tls");
        this.#handOverTls(socket, decide);
        return;
      case "http":
        decide();
        this.#metrics.count("http");
        this.#plain.emit("connection", socket);
        return;
      case "ice": {
        decide();
        const worker = this.#options.findWorker(told.serverFragment);
        if (worker === null) {
          this.#refuse(socket, "no_transport");
          return;
        }
        this.#metrics.count("ice");
        pipeIceTcp(socket, worker);
        return;
      }
      case "unknown":
        this.#refuse(socket, "unknown");
        return;
      case undefined:
        this.#refuse(socket, "slow");
        return;
    }
  }

  #refuse(socket: Socket, outcome: ConnectionOutcome): void {
    this.#metrics.count(outcome);
    // Who it was is no matter of the log; how many there are is the metrics'.
    this.#logger.debug({ outcome }, "connection refused");
    socket.destroy();
  }

  #handOverTls(socket: Socket, decide: () => void): void {
    const remote = remoteEnd(socket);
    this.#handshakes.set(remote, decide);
    socket.once("close", () => this.#handshakes.delete(remote));
    // Only ICE-TCP needs halves: under TLS, a client that ended in mid-handshake would keep its place until the time is up.
    socket.allowHalfOpen = false;
    this.#https.emit("connection", socket);
  }

  #createHttps(pair: KeyPair): HttpsServer {
    const { handler } = this.#options;
    const server = createHttpsServer(
      {
        ...secureOptions(pair),
        handshakeTimeout: this.#limits.handshakeTimeoutMs,
        headersTimeout: HEADERS_TIMEOUT_MS,
        requestTimeout: REQUEST_TIMEOUT_MS,
        connectionsCheckingInterval: TIMEOUT_CHECK_MS,
        keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
        noDelay: true,
      },
      (request, response) => handler.answer(request, response),
    );
    server.timeout = SILENCE_TIMEOUT_MS;
    server.on("upgrade", (request, socket, head) => handler.upgrade(request, socket, head));
    server.on("secureConnection", (socket) => this.#handshakes.get(remoteEnd(socket))?.());
    server.on("tlsClientError", (_error, socket) => {
      this.#metrics.count("handshake_failed");
      socket.destroy();
    });
    return server;
  }

  /**
   * Sends a browser to HTTPS. What the relay itself answers is answered to programs of this machine, which are the management server
   * beside it and whatever measures it: they need no certificate to trust their own machine.
   */
  #answerPlain(request: IncomingMessage, response: ServerResponse): void {
    const { handler, publicUrl, host } = this.#options;
    if (isFromThisMachine(request.socket) && handler.owns(request)) {
      handler.answer(request, response);
      return;
    }
    const { host: authority } = new URL(publicUrl ?? `wss://${bracketed(host)}:${this.port}`);
    const path = request.url?.startsWith("/") ? request.url : "/";
    // RFC 9110, 15.4.9: 308 keeps the method.
    response.writeHead(308, { location: `https://${authority}${path}`, connection: "close" }).end();
  }
}

/**
 * Node's HTTP servers look after slow requests from the moment on when they listen. These are handed their connections and never do
 * so themselves: without being told so, a client that sends its headers a byte at a time could take as long as it likes.
 */
function watchTimeouts(server: HttpServer | HttpsServer): void {
  server.emit("listening");
}

function secureOptions({ cert, key }: KeyPair): { cert: Buffer; key: Buffer; minVersion: "TLSv1.2" } {
  return { cert, key, minVersion: "TLSv1.2" };
}

function remoteEnd({ remoteAddress, remotePort }: Socket | TLSSocket): string {
  return `${remoteAddress} ${remotePort}`;
}

function bracketed(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}

function isFromThisMachine({ remoteAddress = "", localAddress = "" }: Socket): boolean {
  if (remoteAddress === localAddress) return remoteAddress !== "";
  return ipaddr.isValid(remoteAddress) && ipaddr.process(remoteAddress).range() === "loopback";
}
