import { Agent, type IncomingMessage, ServerResponse } from "node:http";
import { Agent as SecureAgent } from "node:https";
import { createProxyServer } from "httpxy";
import ipaddr from "ipaddr.js";
import { type Logger, scopedLogger } from "../logging";
import type { Site } from "../signalling/http-handler";

const FORWARDED_HEADER = /^(x-forwarded-|forwarded$|x-real-ip$)/;
const UNAVAILABLE =
  "The service does not answer at the moment. Please try again soon.\nただいま応答がありません。しばらくしてからもう一度お試しください。\n";

/**
 * Hands requests on to the management server, so that one address serves everything. Whatever a client says about where it
 * comes from is dropped and said anew; answers flow as they come, event streams too.
 *
 * @param url the management server's origin, as it is reached from here
 */
export function createSiteProxy(url: string, logger: Logger): Site {
  const ownLogger = scopedLogger(logger, "site");
  const agent = new (url.startsWith("https:") ? SecureAgent : Agent)({ keepAlive: true });
  const proxy = createProxyServer({ target: url, agent });
  proxy.on("proxyRes", (answer, _request, response) => {
    if (answer.headers["content-length"] !== undefined) return;
    // A stream's headers are due before its first event, which may be long in coming; they are set in this very turn.
    process.nextTick(() => {
      if (!response.headersSent) response.flushHeaders();
    });
  });
  proxy.on("error", (error, _request, response) => {
    ownLogger.warn({ reason: error.message }, "the management server did not answer");
    if (!(response instanceof ServerResponse)) response?.destroy();
    else if (response.headersSent) response.destroy();
    else {
      response.writeHead(502, { "content-type": "text/plain; charset=utf-8", "retry-after": "5" });
      response.end(UNAVAILABLE);
    }
  });
  return {
    forward: (request, response) => {
      stamp(request);
      // Faults come as events.
      proxy.web(request, response).catch(() => response.destroy());
    },
    close: () => agent.destroy(),
  };
}

function stamp({ headers, socket }: IncomingMessage): void {
  for (const name of Object.keys(headers)) if (FORWARDED_HEADER.test(name)) delete headers[name];
  const address = socket.remoteAddress ?? "";
  if (ipaddr.isValid(address)) headers["x-forwarded-for"] = ipaddr.process(address).toString();
  headers["x-forwarded-proto"] = "https";
  if (headers.host !== undefined) headers["x-forwarded-host"] = headers.host;
}
