import type { RelayReport } from "@/protocol/relay-api";
import { type Logger, scopedLogger } from "../logging";
import type { UnstampedEvent } from "../rooms/room-registry";
import { backOffMs } from "../workers/back-off";
import { type ManagementClient, ManagementError } from "./management-client";

const RETRY_BACK_OFF = { firstMs: 250, longestMs: 10_000 };
/** About an hour of a busy relay; the heartbeat tells what is lost beyond that. */
const MAX_QUEUED = 5_000;
/** Answers that say that this report will never be taken: trying again would hold up all later ones. */
const FINAL_STATUSES = new Set([400, 404, 409, 410, 413]);

interface ReportQueueOptions {
  client: ManagementClient;
  relayId: string;
  logger: Logger;
}

/** Tells the management server what happened: in order, one at a time, and again until it is acknowledged. */
export class ReportQueue {
  readonly #options: ReportQueueOptions;
  readonly #logger: Logger;
  readonly #queue: RelayReport[] = [];
  readonly #idle = new Set<() => void>();
  #retryTimer: NodeJS.Timeout | undefined;
  #isSending = false;
  #failures = 0;
  #closed = false;

  constructor(options: ReportQueueOptions) {
    this.#options = options;
    this.#logger = scopedLogger(options.logger, "reports");
  }

  /** Reports that are not acknowledged yet. */
  get size(): number {
    return this.#queue.length;
  }

  push(event: UnstampedEvent): void {
    if (this.#closed) return;
    if (this.#queue.length >= MAX_QUEUED) {
      const dropped = this.#queue.splice(this.#isSending ? 1 : 0, 1);
      this.#logger.error({ type: dropped[0]?.event.type }, "too many reports wait: the oldest is dropped");
    }
    this.#queue.push({ relayId: this.#options.relayId, event: { ...event, at: new Date().toISOString() } });
    this.#send();
  }

  /** Resolves when everything is acknowledged or the time is up, whichever comes first. */
  flush(timeoutMs: number): Promise<void> {
    if (this.#queue.length === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#idle.delete(done);
        resolve();
      };
      const timer = setTimeout(done, timeoutMs);
      this.#idle.add(done);
    });
  }

  /** Gives up what is still queued. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#retryTimer);
    this.#queue.length = 0;
    this.#settle();
  }

  #send(): void {
    if (this.#isSending || this.#retryTimer !== undefined || this.#closed) return;
    const report = this.#queue[0];
    if (report === undefined) {
      this.#settle();
      return;
    }
    this.#isSending = true;
    void this.#deliver(report).then((isDone) => {
      this.#isSending = false;
      if (this.#closed) return;
      if (isDone) {
        this.#failures = 0;
        this.#queue.shift();
        this.#send();
        return;
      }
      this.#retryTimer = setTimeout(
        () => {
          this.#retryTimer = undefined;
          this.#send();
        },
        backOffMs(this.#failures, RETRY_BACK_OFF),
      );
      this.#failures += 1;
    });
  }

  /** @returns whether the report needs no further try; never rejects */
  async #deliver(report: RelayReport): Promise<boolean> {
    try {
      await this.#options.client.call("relay.report", report);
      return true;
    } catch (error) {
      const isFinal = error instanceof ManagementError && FINAL_STATUSES.has(error.status ?? 0);
      const { type, sessionId } = report.event;
      if (isFinal) this.#logger.error({ type, sessionId, reason: String(error) }, "a report was refused");
      else if (this.#failures === 0) this.#logger.warn({ reason: String(error) }, "reports wait");
      return isFinal;
    }
  }

  #settle(): void {
    for (const done of [...this.#idle]) done();
  }
}
