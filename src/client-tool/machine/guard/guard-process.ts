import { type ChildProcess, spawn } from "node:child_process";
import sea from "node:sea";
import { GUARD_ARGUMENT } from "../../arguments";
import { formatGuardLine, type GuardLine, type Held } from "./held-line";

/** Somebody who lets go of what is held when this process ends without having done so. */
export interface Guard {
  /** Call it in time: a process takes a moment to start. */
  start(): void;
  /** Call it before something goes down, and after something came up. */
  tell(held: Held): void;
  /** Everything has been let go of. Idempotent. */
  close(): void;
}

/** A program and its arguments. */
type Command = readonly [string, ...string[]];

/**
 * The same executable once more, which does nothing but wait for the end of its input: that ends with this process, however this one is
 * ended. The systems that need it keep what was injected pressed when the program that did so is gone, and have no small program of
 * their own that could let go of it (on Linux a shell does, machine/linux/last-release.ts).
 */
export class GuardProcess implements Guard {
  readonly #command: Command | null;
  #child: ChildProcess | null = null;
  #closed = false;

  /** @param command that stands guard; null: nobody does, as where this is not the tool's executable */
  constructor(command: Command | null = sea.isSea() ? [process.execPath, GUARD_ARGUMENT] : null) {
    this.#command = command;
  }

  start(): void {
    if (this.#child !== null || this.#closed || this.#command === null) return;
    const [program, ...args] = this.#command;
    const child = spawn(program, args, {
      stdio: ["pipe", "ignore", "ignore"],
      // Otherwise Windows ends it together with this process, and a terminal's Ctrl+C does.
      detached: true,
      windowsHide: true,
    });
    child.unref();
    // Where it cannot be started, or is gone before, nothing is lost but this precaution.
    child.on("error", () => {});
    child.stdin.on("error", () => {});
    this.#child = child;
  }

  tell(held: Held): void {
    this.start();
    this.#say({ is: "held", held });
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#say({ is: "over" });
    this.#child?.stdin?.end();
  }

  #say(line: GuardLine): void {
    this.#child?.stdin?.write(`${formatGuardLine(line)}\n`);
  }
}
