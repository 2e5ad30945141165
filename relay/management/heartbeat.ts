import { type Heartbeat, type HeartbeatAnswer, heartbeatAnswerSchema } from "@/protocol/relay-api";
import { type Logger, scopedLogger } from "../logging";
import type { ManagementClient } from "./management-client";

/** A management server that is not up yet is asked again this soon: both start at the same time. */
const UNHEARD_RETRY_MS = 500;

interface HeartbeatSenderOptions {
  client: ManagementClient;
  intervalMs: number;
  logger: Logger;
  /** What to tell now. */
  read: () => Promise<Heartbeat>;
  /** Told of each answer. */
  onAnswer: (answer: HeartbeatAnswer) => void;
}

/** Tells the management server regularly that this relay lives and what it carries. */
export class HeartbeatSender {
  readonly #options: HeartbeatSenderOptions;
  readonly #logger: Logger;
  #timer: NodeJS.Timeout | undefined;
  #retry: NodeJS.Timeout | undefined;
  #beating: Promise<void> | undefined;
  #isHeard: boolean | undefined;
  #stopped = false;

  constructor(options: HeartbeatSenderOptions) {
    this.#options = options;
    this.#logger = scopedLogger(options.logger, "heartbeat");
  }

  /** Beats at once and then regularly. */
  start(): void {
    if (this.#stopped || this.#timer !== undefined) return;
    this.#timer = setInterval(() => void this.beat(), this.#options.intervalMs);
    void this.beat();
  }

  /** Sends one heartbeat, unless one is still under way. Never rejects: a lost one is made up for by the next. */
  beat(): Promise<void> {
    this.#beating ??= this.#beat().finally(() => {
      this.#beating = undefined;
    });
    return this.#beating;
  }

  /** Sends a last heartbeat and no more; waits for it no longer than told. */
  async stop({ lastBeatTimeoutMs }: { lastBeatTimeoutMs: number }): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    clearInterval(this.#timer);
    clearTimeout(this.#retry);
    // One that is under way may still tell the state of before.
    const lastBeat = Promise.resolve(this.#beating).then(() => this.beat());
    let timer: NodeJS.Timeout | undefined;
    const timeUp = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, lastBeatTimeoutMs);
    });
    await Promise.race([lastBeat, timeUp]);
    clearTimeout(timer);
  }

  async #beat(): Promise<void> {
    try {
      const answer = await this.#options.client.call("relay.heartbeat", await this.#options.read());
      this.#options.onAnswer(heartbeatAnswerSchema.parse(answer));
      if (this.#isHeard !== true) this.#logger.info("the management server hears this relay");
      this.#isHeard = true;
    } catch (error) {
      // Said once, not every few seconds.
      if (this.#isHeard !== false) {
        this.#logger.warn({ reason: String(error) }, "the management server does not hear this relay");
      }
      this.#isHeard = false;
      clearTimeout(this.#retry);
      if (!this.#stopped) this.#retry = setTimeout(() => void this.beat(), UNHEARD_RETRY_MS).unref();
    }
  }
}
