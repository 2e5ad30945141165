import { type ChildProcess, spawn } from "node:child_process";

const MAX_OUTPUT_CHARACTERS = 65_536;
const running = new Set<ChildProcess>();

export type CommandResult = { code: number | null; signal: NodeJS.Signals | null; output: string };

export type CommandOptions = {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** Numeric user and group to run as; only root can ask for that. */
  uid?: number;
  gid?: number;
  /** Ends the program with SIGKILL after this long. */
  timeoutMs?: number;
  /** Once it runs. */
  onStarted?: (pid: number) => void;
};

/**
 * Runs a program to its end and collects what it printed (stdout and stderr together, the last 64 kB).
 * Does not throw for an exit code; throws when the program cannot be started at all.
 */
export async function runCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const { timeoutMs, onStarted, ...spawnOptions } = options;
  const child = spawn(command, args, {
    ...spawnOptions,
    stdio: ["ignore", "pipe", "pipe"],
    ...(timeoutMs === undefined ? {} : { timeout: timeoutMs, killSignal: "SIGKILL" }),
  });
  running.add(child);
  if (child.pid !== undefined) onStarted?.(child.pid);
  child.once("close", () => running.delete(child));
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8");
    stream.on("data", (chunk: string) => {
      output = (output + chunk).slice(-MAX_OUTPUT_CHARACTERS);
    });
  }
  return await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code, signal, output }));
  });
}

/** Ends every program that `runCommand` is still waiting for; each of those calls then returns with a signal. */
export function endRunningCommands(): void {
  for (const child of running) child.kill("SIGTERM");
}

/** The end of a program's output, which is where it says what went wrong. */
export function lastLines(output: string, count = 15): string {
  return output.trim().split("\n").slice(-count).join("\n");
}
