import { AppError } from "@/lib/app-error";
import type { MediaConfig } from "../config";
import { type Logger, scopedLogger } from "../logging";
import type { RelayMetrics } from "../monitoring/metrics";
import { backOffMs } from "./back-off";
import { MediaWorker } from "./media-worker";

const RESTART_BACK_OFF = { firstMs: 100, longestMs: 10_000 };
/** A worker that lived this long before it died starts the back-off anew. */
const STEADY_AFTER_MS = 30_000;
/** How long a new room waits when every worker is being restarted. */
const PICK_TIMEOUT_MS = 5_000;

type Slot =
  | { phase: "running"; worker: MediaWorker; startedAtMs: number; failures: number }
  | { phase: "waiting"; timer: NodeJS.Timeout }
  | { phase: "starting" };

/** Keeps the configured number of workers alive and chooses one for each new room. */
export class WorkerPool {
  readonly #config: MediaConfig;
  readonly #logger: Logger;
  readonly #metrics: RelayMetrics;
  readonly #slots: Slot[] = [];
  readonly #waiting = new Set<() => void>();
  #closed = false;

  private constructor(config: MediaConfig, logger: Logger, metrics: RelayMetrics) {
    this.#config = config;
    this.#logger = scopedLogger(logger, "workers");
    this.#metrics = metrics;
  }

  /**
   * Starts all workers.
   *
   * @throws Error when one cannot start: at boot that is a fault of the installation, not one to retry
   */
  static async create(config: MediaConfig, logger: Logger, metrics: RelayMetrics): Promise<WorkerPool> {
    const pool = new WorkerPool(config, logger, metrics);
    const starts = await Promise.allSettled(
      Array.from({ length: config.workers }, (_, index) => pool.#start(index, 0)),
    );
    const failed = starts.find((start) => start.status === "rejected");
    if (failed !== undefined) {
      pool.close();
      throw failed.reason;
    }
    return pool;
  }

  /** The workers that run now. */
  get running(): MediaWorker[] {
    return this.#slots.flatMap((slot) => (slot?.phase === "running" ? [slot.worker] : []));
  }

  /** The worker with the transport that has this user name fragment of ICE. */
  findByFragment(usernameFragment: string): MediaWorker | undefined {
    return this.running.find((worker) => worker.ownsFragment(usernameFragment));
  }

  /**
   * The running worker with the fewest rooms; when all are being restarted, the first to be back.
   *
   * @throws AppError UNAVAILABLE when none comes back in time
   */
  async pick(): Promise<MediaWorker> {
    const deadlineMs = performance.now() + PICK_TIMEOUT_MS;
    for (;;) {
      const best = this.running.sort((a, b) => a.rooms - b.rooms || a.index - b.index)[0];
      if (best !== undefined) return best;
      const leftMs = deadlineMs - performance.now();
      if (this.#closed || leftMs <= 0) throw new AppError("UNAVAILABLE");
      await this.#workerStarted(leftMs);
    }
  }

  /** 0 to 1: the busiest worker's share of a core since the last call. */
  async measureLoad(): Promise<number> {
    const loads = await Promise.allSettled(this.running.map((worker) => worker.measureLoad()));
    return Math.max(0, ...loads.map((load) => (load.status === "fulfilled" ? load.value : 0)));
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const slot of this.#slots) {
      if (slot?.phase === "running") slot.worker.close();
      if (slot?.phase === "waiting") clearTimeout(slot.timer);
    }
    this.#wake();
  }

  async #start(index: number, failures: number): Promise<void> {
    this.#slots[index] = { phase: "starting" };
    const worker = await MediaWorker.start({
      index,
      config: this.#config,
      logger: this.#logger,
      onDied: () => this.#restart(index),
    });
    if (this.#closed) {
      worker.close();
      return;
    }
    this.#slots[index] = { phase: "running", worker, startedAtMs: performance.now(), failures };
    this.#wake();
  }

  #restart(index: number): void {
    const slot = this.#slots[index];
    if (this.#closed || slot?.phase !== "running") return;
    const wasSteady = performance.now() - slot.startedAtMs >= STEADY_AFTER_MS;
    this.#scheduleStart(index, wasSteady ? 0 : slot.failures);
  }

  #scheduleStart(index: number, failures: number): void {
    const timer = setTimeout(
      () => {
        this.#metrics.workerRestarts.inc();
        this.#start(index, failures + 1).catch((error: unknown) => {
          this.#logger.error({ worker: index, reason: String(error) }, "worker did not start again");
          if (!this.#closed) this.#scheduleStart(index, failures + 1);
        });
      },
      backOffMs(failures, RESTART_BACK_OFF),
    );
    this.#slots[index] = { phase: "waiting", timer };
  }

  /** Resolves when some worker has started, the pool was closed, or the time is up. */
  #workerStarted(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, timeoutMs);
      this.#waiting.add(done);
    });
  }

  #wake(): void {
    for (const done of [...this.#waiting]) done();
  }
}
