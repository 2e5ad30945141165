import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Environment } from "@/env";
import { prepareRequest } from "./request-front";

/** A client that has not sent its headers, or its whole request, by then is cut off. Answers may take as long as they like. */
const HEADERS_TIMEOUT_MS = 15_000;
const REQUEST_TIMEOUT_MS = 60_000;
/** Longer than the 60 s of common load balancers, so that they and not we close an idle connection. */
const KEEP_ALIVE_TIMEOUT_MS = 65_000;
const MAX_HEADER_BYTES = 32_768;

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;
/** Sees each request as it came, before anything of it is dropped or refused. Returns whether it has answered it. */
type FirstLook = (request: IncomingMessage, response: ServerResponse) => boolean;

/** The HTTP server around a handler (Next's): it refuses foreign hosts and stamps the client's address on every request. */
export function createHttpServer(
  env: Pick<Environment, "PUBLIC_URL" | "PORT" | "TRUSTED_PROXIES">,
  handle: Handler,
  onError: (error: unknown) => void,
  firstLook: FirstLook = () => false,
): Server {
  const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES }, (request, response) => {
    if (firstLook(request, response)) return;
    if (!prepareRequest(request, env)) {
      response.writeHead(400, { "content-type": "text/plain; charset=utf-8", connection: "close" });
      response.end("This host name is not served here.\n");
      return;
    }
    handle(request, response).catch((error: unknown) => {
      onError(error);
      if (!response.headersSent) response.writeHead(500, { "content-type": "text/plain; charset=utf-8" });
      response.end();
    });
  });
  server.headersTimeout = HEADERS_TIMEOUT_MS;
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  server.keepAliveTimeout = KEEP_ALIVE_TIMEOUT_MS;
  // Inactivity of a socket: an event stream may be silent between its pings, and they are what keeps it open.
  server.timeout = 0;
  return server;
}
