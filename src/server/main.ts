import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:net";
import next from "next";
import { EnvironmentError, getEnvironment } from "@/env";
import { answerPlainCalls, readPlainCalls } from "@/server/api/answer-plain-calls";
import { getServerParts } from "@/server/api/context";
import { handleAuthRequest } from "@/server/api/handle-auth-request";
import { handleTrpcRequest } from "@/server/api/handle-request";
import { createApiListener, isAuthRequest, isTrpcRequest } from "@/server/http/api-listener";
import { createDownloadListener, isDownloadRequest } from "@/server/http/download-server";
import { createHttpServer } from "@/server/http/http-server";
import { getLogger } from "@/server/logging";
import { isMailPossible } from "@/server/mail/is-mail-possible";
import { countHttp } from "@/server/monitoring/count-http";
import { MetricsEndpoint } from "@/server/monitoring/metrics-endpoint";

/**
 * The management server's process: Next behind our own HTTP server. `npm start` runs it as a child and is told over IPC
 * when it serves; by itself it runs as well.
 */

/** Whoever stops us waits 5 s in all before killing. */
const GRACE_MS = 1_000;
const STOP_WITHIN_MS = 4_000;

async function main(): Promise<void> {
  const env = getEnvironment();
  const log = getLogger(env.LOG_LEVEL);

  // Found out before Next takes its seconds to start.
  await assertPortFree(env.PORT, env.HOST);

  const app = next({
    dev: env.NODE_ENV === "development",
    dir: process.cwd(),
    hostname: env.HOST,
    port: env.PORT,
  });
  await app.prepare();
  const onError = (error: unknown) => log.error({ err: error }, "a request failed");
  const nextListener = app.getRequestHandler();
  const trpcListener = createApiListener(handleTrpcRequest, onError);
  const answerTrpc = (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const calls = readPlainCalls(request);
    return calls
      ? answerPlainCalls(calls, request, response, getServerParts())
      : trpcListener(request, response);
  };
  const authListener = createApiListener(handleAuthRequest, onError);
  const downloadListener = createDownloadListener(env);
  const handle = (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (isDownloadRequest(request)) return downloadListener(request, response);
    // In development Next serves the API too, so that a change of it is there at once.
    if (env.NODE_ENV === "development") return nextListener(request, response);
    if (isTrpcRequest(request)) return answerTrpc(request, response);
    if (isAuthRequest(request)) return authListener(request, response);
    return nextListener(request, response);
  };
  const parts = getServerParts();
  const metricsEndpoint = new MetricsEndpoint(parts);
  const metricsServer = await metricsEndpoint.listen();
  const server = createHttpServer(env, handle, onError, (request, response) => {
    countHttp(parts.metrics, request, response);
    return metricsEndpoint.take(request, response);
  });
  let stopping = false;
  const stop = (why: string) => {
    if (stopping) return;
    stopping = true;
    log.info({ why }, "stopping");
    setTimeout(() => process.exit(0), STOP_WITHIN_MS).unref();
    metricsServer?.close();
    metricsServer?.closeAllConnections();
    server.close(() => process.exit(0));
    server.closeIdleConnections();
    // Answers under way get a moment; what is open then is event streams, whose browsers come back by themselves.
    setTimeout(() => server.closeAllConnections(), GRACE_MS);
  };
  process.on("SIGTERM", () => stop("SIGTERM"));
  process.on("SIGINT", () => stop("SIGINT"));
  // Our starter is gone, however it went.
  process.on("disconnect", () => stop("the starter is gone"));

  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(env.PORT, env.HOST, () => resolve());
  });
  log.info(
    { host: env.HOST, port: env.PORT, publicUrl: env.PUBLIC_URL.origin },
    "the management server is ready",
  );
  if (!isMailPossible(env)) {
    log.warn("e-mail is off: set SMTP_URL to send invitations, password links and warnings");
  }
  process.send?.({ type: "ready" });
}

async function assertPortFree(port: number, host: string): Promise<void> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once("error", reject);
    probe.listen(port, host, () => probe.close(() => resolve()));
  });
}

main().catch((error: unknown) => {
  process.stderr.write(`${explain(error)}\n`);
  process.exit(1);
});

/** For the person at the terminal: a sentence where the cause is known, the stack where it is not. */
function explain(error: unknown): string {
  if (error instanceof EnvironmentError) {
    return `The management server cannot start, for its environment is wrong:\n${error.message}`;
  }
  if (error instanceof Error && "code" in error && error.code === "EADDRINUSE") {
    return "The management server cannot start: its port is taken. Stop the other program, or set another PORT.";
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
