import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { HttpHandler } from "./http-handler";

const HEADERS_TIMEOUT_MS = 5_000;
const REQUEST_TIMEOUT_MS = 10_000;
/** Of a client that neither sends nor reads. A WebSocket has pings instead. */
const SILENCE_TIMEOUT_MS = 30_000;
/** How late a time-out may be noticed; Node's own 30 seconds would be as good as none. */
export const TIMEOUT_CHECK_MS = 1_000;
/** Those of WebSockets included. Behind a proxy all connections have the proxy's address, so that they are not counted by it. */
const MAX_CONNECTIONS = 10_000;

/** Where the relay is reached over TCP. */
export interface Listener {
  /** The port that is bound, also when any was asked for. */
  readonly port: number;
  close(): void;
}

/** The relay's plain TCP port for everything but media; without a certificate of its own, a proxy before it speaks TLS. */
export class HttpServer implements Listener {
  readonly #server: Server;
  readonly port: number;

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.port = port;
  }

  /** @throws Error when the port cannot be bound */
  static async listen({
    host,
    port,
    handler,
  }: {
    host: string;
    port: number;
    handler: HttpHandler;
  }): Promise<HttpServer> {
    const timeouts = {
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      connectionsCheckingInterval: TIMEOUT_CHECK_MS,
    };
    const server = createServer(timeouts, (request, response) => handler.answer(request, response));
    server.timeout = SILENCE_TIMEOUT_MS;
    server.maxConnections = MAX_CONNECTIONS;
    server.on("upgrade", (request, socket, head) => handler.upgrade(request, socket, head));
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, host, () => {
        server.off("error", reject);
        resolve();
      });
    });
    return new HttpServer(server, boundPort(server.address()) ?? port);
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

/** The port of a listening server. */
export function boundPort(address: AddressInfo | string | null): number | undefined {
  return typeof address === "object" && address !== null ? address.port : undefined;
}
