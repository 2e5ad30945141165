import { ConfigError, readConfig } from "./config";
import { createLogger } from "./logging";
import { Relay } from "./relay";

/** Whoever stops the relay at once is promised that it is gone by then. */
const CLOSE_DEADLINE_MS = 4_000;
/** A relay of its own waits this long for its sessions when it is told to stop; `npm start` wants it gone at once. */
const DRAIN_TIMEOUT_MS = 600_000;

async function main(): Promise<void> {
  const hasParent = process.send !== undefined;
  const config = readConfig(process.env);
  const logger = createLogger(config.logLevel);
  const relay = await Relay.create(config, logger);

  const exitAfter = (closed: Promise<void>, deadlineMs: number) => {
    // `unref`: the deadline must not itself keep the process alive.
    setTimeout(() => process.exit(0), deadlineMs).unref();
    closed.then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  const shutDown = () => exitAfter(relay.close(), CLOSE_DEADLINE_MS);
  const drainTimeoutMs = config.drainTimeoutMs ?? (hasParent ? 0 : DRAIN_TIMEOUT_MS);
  const drain = () =>
    exitAfter(relay.drain({ timeoutMs: drainTimeoutMs }), drainTimeoutMs + CLOSE_DEADLINE_MS);
  process.once("SIGTERM", () => {
    // Whoever asks a second time does not want to wait.
    process.once("SIGTERM", shutDown);
    if (drainTimeoutMs === 0) shutDown();
    else drain();
  });
  process.once("SIGINT", shutDown);
  if (!hasParent) return;
  // Without the parent that started it, nobody would ever stop this process.
  process.once("disconnect", shutDown);
  if (process.connected) process.send?.({ type: "ready" });
  else shutDown();
}

main().catch((error: unknown) => {
  const sentence =
    error instanceof ConfigError ? error.message : `The relay did not start: ${reasonOf(error)}`;
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
});

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as NodeJS.ErrnoException;
  if (code === "EADDRINUSE") return "RELAY_PORT is taken by another process.";
  if (code === "ENOENT") return "the mediasoup worker is missing; set MEDIASOUP_WORKER_BIN to its path.";
  return error.message;
}
