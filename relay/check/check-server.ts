import type { WebSocket } from "ws";
import { AppError } from "@/lib/app-error";
import type { LimitsConfig, MediaConfig } from "../config";
import type { PublicCandidates } from "../front/public-candidates";
import { type Logger, scopedLogger } from "../logging";
import type { RelayMetrics } from "../monitoring/metrics";
import type { TokenVerifier } from "../tokens/token-verifier";
import type { WorkerPool } from "../workers/worker-pool";
import { CheckConnection } from "./check-connection";
import { CheckRoom } from "./check-room";

interface CheckServerOptions {
  limits: LimitsConfig;
  media: MediaConfig;
  tokens: TokenVerifier;
  workers: WorkerPool;
  candidates: PublicCandidates;
  metrics: RelayMetrics;
  logger: Logger;
}

/** All checks of this relay, of which only a few may run at a time: sessions come first. */
export class CheckServer {
  readonly #options: CheckServerOptions;
  readonly #logger: Logger;
  readonly #connections = new Set<CheckConnection>();
  /** Echo rooms that are open or being opened. */
  #rooms = 0;

  constructor(options: CheckServerOptions) {
    this.#options = options;
    this.#logger = scopedLogger(options.logger, "checks");
  }

  /** Checks that run now. */
  get running(): number {
    return this.#rooms;
  }

  /** Takes over a WebSocket of the check's subprotocol. */
  take(webSocket: WebSocket): void {
    const { limits, media, tokens, metrics } = this.#options;
    let hasRoom = false;
    let checkId: string | undefined;
    const connection = new CheckConnection({
      webSocket,
      limits,
      verify: async (token) => {
        checkId = (await tokens.verifyCheck(token)).sub;
      },
      openRoom: async (callbacks) => {
        if (this.#rooms >= limits.maxChecks) throw new AppError("CHECK_LIMIT");
        this.#rooms += 1;
        hasRoom = true;
        const worker = await this.#options.workers.pick();
        return await CheckRoom.create({
          worker,
          candidates: this.#options.candidates,
          media,
          budgetBytes: limits.checkBudgetBytes,
          ...callbacks,
        });
      },
      onRefused: (code) => {
        metrics.refused(code);
        this.#logger.info({ code, checkId }, "refused");
      },
      onClosed: () => {
        this.#connections.delete(connection);
        if (hasRoom) this.#rooms -= 1;
      },
    });
    this.#connections.add(connection);
  }

  close(): void {
    for (const connection of this.#connections) connection.interrupt();
  }
}
