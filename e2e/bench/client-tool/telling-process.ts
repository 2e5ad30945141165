import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { z } from "zod";

/** What the bench's own programs say, a JSON line each. Times are CLOCK_MONOTONIC in ms. */
const sayingSchema = z.discriminatedUnion("is", [
  z.object({ is: z.literal("ready") }),
  z.object({ is: z.literal("answer"), sdp: z.string() }),
  z.object({ is: z.literal("move"), atMs: z.number() }),
  z.object({ is: z.literal("window"), atMs: z.number() }),
]);
type Saying = z.infer<typeof sayingSchema>;
type SayingOf<Is extends Saying["is"]> = Extract<Saying, { is: Is }>;

const PATIENCE_MS = 20_000;

/** A program of the bench that tells when something happens. */
export class TellingProcess {
  readonly #name: string;
  readonly #child: ChildProcess;
  readonly #waiting = new Set<(saying: Saying) => void>();
  #fail: (error: Error) => void = () => {};
  readonly #ended: Promise<never>;

  constructor(program: string, args: readonly string[]) {
    this.#name = args.length === 0 ? program : [program, ...args].join(" ");
    this.#child = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"] });
    this.#ended = new Promise((_resolve, reject) => {
      this.#fail = reject;
    });
    // Whoever waits hears of it.
    this.#ended.catch(() => {});
    this.#child.once("error", this.#fail);
    this.#child.once("exit", (code) => this.#fail(new Error(`${this.#name} ended with ${code}.`)));
    const { stdout } = this.#child;
    if (!stdout) throw new Error("There is a pipe for what it says.");
    createInterface({ input: stdout }).on("line", (line) => {
      const saying = sayingSchema.parse(JSON.parse(line));
      for (const hear of this.#waiting) hear(saying);
    });
  }

  /** The next thing of a kind that it says, from now on. @throws Error when it ends before, or says nothing for long */
  async next<Is extends Saying["is"]>(is: Is): Promise<SayingOf<Is>> {
    let hear: (saying: Saying) => void = () => {};
    let timer: NodeJS.Timeout | undefined;
    const heard = new Promise<SayingOf<Is>>((resolve, reject) => {
      hear = (saying) => {
        if (isOf(saying, is)) resolve(saying);
      };
      timer = setTimeout(() => reject(new Error(`${this.#name} told of no ${is}.`)), PATIENCE_MS);
    });
    this.#waiting.add(hear);
    try {
      return await Promise.race([heard, this.#ended]);
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(hear);
    }
  }

  tell(line: string): void {
    this.#child.stdin?.write(`${line}\n`);
  }

  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, "exit");
    this.#child.kill();
    await ended;
  }
}

function isOf<Is extends Saying["is"]>(saying: Saying, is: Is): saying is SayingOf<Is> {
  return saying.is === is;
}
