import { type ChildProcess, fork } from "node:child_process";

/** A program of this bench in a process of its own, which answers each message with one. */
export class WorkerProgram {
  readonly #child: ChildProcess;
  readonly #file: string;

  private constructor(child: ChildProcess, file: string) {
    this.#child = child;
    this.#file = file;
  }

  /** @param file a TypeScript file, as a path from the project's folder */
  static start(file: string): WorkerProgram {
    return new WorkerProgram(fork(file, { execArgv: ["--import", "tsx"] }), file);
  }

  /** @returns the answer. @throws Error when the program ends before it has answered */
  async ask(message: object): Promise<unknown> {
    return await new Promise<unknown>((resolve, reject) => {
      const ended = (code: number | null) =>
        reject(new Error(`${this.#file} ended with exit code ${code} before it answered.`));
      this.#child.once("exit", ended);
      this.#child.once("message", (answer) => {
        this.#child.off("exit", ended);
        resolve(answer);
      });
      this.#child.send(message);
    });
  }

  stop(): void {
    this.#child.kill();
  }
}
