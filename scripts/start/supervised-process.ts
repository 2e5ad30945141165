// One long-lived Node process that is started again whenever it ends without having been asked to.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { z } from "zod";
import { StepError } from "../setup/report.mjs";
import { BackOff } from "./back-off";

/** What a process sends when it listens. */
const readyMessage = z.object({ type: z.literal("ready") });

/** A process that ends this often before it was ever ready has a fault that another start will not mend. */
const MAX_FIRST_ATTEMPTS = 3;
const READY_TIMEOUT_MS = 60_000;

export type ProcessDescription = {
  /** As it stands in a sentence: "management server". */
  name: string;
  /** Node's own arguments and the script. */
  args: readonly string[];
  cwd: string;
  env: NodeJS.ProcessEnv;
  log: (sentence: string) => void;
};

export class SupervisedProcess {
  readonly #description: ProcessDescription;
  readonly #backOff = new BackOff();
  #child: ChildProcess | undefined;
  #restart: NodeJS.Timeout | undefined;
  #wasEverReady = false;
  #isStopping = false;
  readonly #ready: Promise<void>;
  #resolveReady: () => void = () => undefined;
  #rejectReady: (error: Error) => void = () => undefined;

  constructor(description: ProcessDescription) {
    this.#description = description;
    this.#ready = new Promise((resolve, reject) => {
      this.#resolveReady = resolve;
      this.#rejectReady = reject;
    });
    // Whoever waits gets the error; a stop before anybody waits is no fault.
    this.#ready.catch(() => undefined);
    this.#spawn();
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Resolves when the process first says that it listens. Rejects when it never gets there. */
  async whenReady(): Promise<void> {
    const { name } = this.#description;
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(new StepError(`The ${name} did not become ready in ${READY_TIMEOUT_MS / 1000} s.`)),
        READY_TIMEOUT_MS,
      );
    });
    try {
      await Promise.race([this.#ready, timeout]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Asks the process to end and, when it has not after `graceMs`, ends it. Starts it no more. */
  async stop(graceMs: number): Promise<void> {
    this.#isStopping = true;
    clearTimeout(this.#restart);
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill("SIGTERM");
    const kill = setTimeout(() => child.kill("SIGKILL"), graceMs);
    await exited;
    clearTimeout(kill);
  }

  #spawn(): void {
    const { args, cwd, env } = this.#description;
    const startedAt = performance.now();
    const child = spawn(process.execPath, args, {
      cwd,
      env,
      // The channel is also how the process learns that we are gone, however we went.
      stdio: ["ignore", "inherit", "inherit", "ipc"],
      // Ctrl-C in a terminal goes to the whole process group; the order of stopping is ours to keep.
      detached: true,
    });
    this.#child = child;
    child.on("message", (message) => {
      if (!readyMessage.safeParse(message).success) return;
      this.#wasEverReady = true;
      this.#resolveReady();
    });
    child.once("error", (error) => this.#ended(`could not be started: ${error.message}`, startedAt));
    child.once("exit", (code, signal) =>
      this.#ended(signal ? `was ended by ${signal}` : `ended with exit code ${code}`, startedAt),
    );
  }

  #ended(how: string, startedAt: number): void {
    if (this.#isStopping) return;
    const { name, log } = this.#description;
    const delayMs = this.#backOff.nextDelayMs(performance.now() - startedAt);
    if (!this.#wasEverReady && this.#backOff.failuresInARow >= MAX_FIRST_ATTEMPTS) {
      this.#isStopping = true;
      this.#rejectReady(
        new StepError(
          `The ${name} does not start: it ${how}, ${MAX_FIRST_ATTEMPTS} times in a row.`,
          "What it printed above names the cause.",
        ),
      );
      return;
    }
    log(`The ${name} ${how}. Starting it again in ${delayMs / 1000} s.`);
    this.#restart = setTimeout(() => this.#spawn(), delayMs);
  }
}
