// Everything that was opened is closed in the reverse order, once, whatever asked for it.

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
const PARENT_POLL_MS = 500;

export class Shutdown {
  readonly #abort = new AbortController();
  readonly #closers: (() => Promise<void>)[] = [];
  #closing: Promise<void> | undefined;

  /** Aborts when closing begins. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** From now on a signal closes everything and ends the process with 0. A second signal changes nothing. */
  handleSignals(): void {
    for (const name of SIGNALS) {
      process.on(name, () => {
        if (this.signal.aborted) return;
        // A terminal that is gone cannot be written to.
        if (name !== "SIGHUP") console.log("\nStopping…");
        void this.close().then(() => process.exit(0));
      });
    }
  }

  /**
   * Closes everything when the process that started this one is gone. npm passes no signal on when it is killed, and
   * neither does the shell that it starts commands with.
   */
  followParent(): void {
    const parent = process.ppid;
    setInterval(() => {
      if (process.ppid !== parent && !this.signal.aborted) void this.close().then(() => process.exit(0));
    }, PARENT_POLL_MS).unref();
  }

  /** Registers what has to be closed; the last registered is closed first. */
  add(close: () => Promise<void>): void {
    this.#closers.push(close);
    // What comes up while everything goes down follows at once.
    if (this.signal.aborted) void this.#closeAll();
  }

  async close(): Promise<void> {
    this.#closing ??= this.#closeAll();
    await this.#closing;
  }

  async #closeAll(): Promise<void> {
    this.#abort.abort();
    for (let close = this.#closers.pop(); close !== undefined; close = this.#closers.pop()) {
      await close().catch((error: unknown) => console.error(error));
    }
  }
}
