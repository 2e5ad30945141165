import { type ChildProcess, spawn } from "node:child_process";

/** Set for the new one by the old one: it says that it runs, and does not look for updates again. */
export const UPDATED_VARIABLE = "MADOGUCHI_TOOL_UPDATED";
/** Long enough for a slow disk and a virus scanner that looks at 100 MB first. */
const START_TIMEOUT_MS = 60_000;
const RUNNING = "running";

/** The new one did not come up. */
export class NotStartedError extends Error {
  override readonly name = "NotStartedError";
}

export interface UpdatedTool {
  /** Its exit code, once it has ended. */
  readonly ended: Promise<number>;
}

/**
 * Starts the new one, with the same arguments and so the same pairing, and waits until it says that it runs. This process stays as its
 * parent: in a terminal the shell waits for it, and signals are handed on.
 *
 * @throws NotStartedError; nothing of it runs then
 */
export async function startUpdated(
  program: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<UpdatedTool> {
  const child = spawn(program, args, {
    stdio: ["inherit", "inherit", "inherit", "ipc"],
    env: { ...environment, [UPDATED_VARIABLE]: "1" },
  });
  const ended = new Promise<number>((resolve) => {
    child.once("close", (code, signal) => resolve(code ?? (signal === null ? 1 : 128)));
  });
  try {
    await saysThatItRuns(child);
  } catch (error) {
    child.kill("SIGKILL");
    throw error;
  }
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => child.kill(signal));
  return { ended };
}

/** For the new one: tells the old one, if that waits. Call it when the tool has come up. */
export function sayThatWeRun(): void {
  if (process.send === undefined) return;
  process.send(RUNNING, () => process.disconnect());
}

function saysThatItRuns(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new NotStartedError("It did not come up in time.")),
      START_TIMEOUT_MS,
    );
    const settle = (then: () => void) => {
      clearTimeout(timer);
      then();
    };
    child.once("error", (cause) =>
      settle(() => reject(new NotStartedError("It cannot be started.", { cause }))),
    );
    child.once("exit", (code, signal) =>
      settle(() => reject(new NotStartedError(`It ended with ${code ?? signal}.`))),
    );
    child.on("message", (message) => {
      if (message === RUNNING) settle(resolve);
    });
  });
}
