import { BulkError } from "../bulk/bulk-error";
import type { FileChannel } from "./file-channel";
import type { OutgoingTransfer } from "./outgoing-transfer";

interface SendingQueueOptions {
  /** The first one that its receiver waits for; null when there is none. */
  next: () => OutgoingTransfer | null;
  /** Where there is one now. */
  channel: () => FileChannel | null;
  onProgress: () => void;
  /** A transfer was sent to its end, or stopped. */
  onSent: () => void;
}

/** Sends what has been accepted, one batch after another, until nothing is left or the link is lost. */
export class SendingQueue {
  readonly #options: SendingQueueOptions;
  #isRunning = false;

  constructor(options: SendingQueueOptions) {
    this.#options = options;
  }

  /** Begins, unless it is under way. */
  run(channel: FileChannel): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#sendAll(channel)
      .catch((error: unknown) => {
        if (!(error instanceof BulkError)) throw error;
        // The link is lost; the next one goes on.
      })
      .finally(() => {
        this.#isRunning = false;
        const newest = this.#options.channel();
        if (newest && this.#options.next()) this.run(newest);
      });
  }

  async #sendAll(channel: FileChannel): Promise<void> {
    const { next, onProgress, onSent } = this.#options;
    for (let transfer = next(); transfer && !channel.isClosed; transfer = next()) {
      await transfer.send(channel, onProgress);
      onSent();
    }
  }
}
