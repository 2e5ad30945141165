import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { promisify } from "node:util";

const run = promisify(execFile);

/** An X server of a test's own, without a screen to look at. */
export interface XServer {
  /** `:99` */
  readonly name: string;
  /** What programs need to find it. */
  readonly environment: NodeJS.ProcessEnv;
  /** Runs a program to its end and returns what it printed. */
  run: (program: string, ...args: string[]) => Promise<string>;
  /** Starts a program that goes on until the server closes. */
  start: (program: string, ...args: string[]) => ChildProcess;
  /** As when its machine loses power. */
  kill: () => void;
  close: () => void;
}

/** @throws Error when Xvfb is not installed */
export async function openXServer(width = 1280, height = 800): Promise<XServer> {
  // With -displayfd the server itself picks a free number and says which; -noreset keeps settings when the last client leaves.
  const args = ["-displayfd", "3", "-screen", "0", `${width}x${height}x24`, "-nolisten", "tcp", "-noreset"];
  const server = spawn("Xvfb", args, { stdio: ["ignore", "ignore", "ignore", "pipe"] });
  const name = `:${await firstLine(server)}`;
  const environment: NodeJS.ProcessEnv = { ...process.env, DISPLAY: name, LANG: "C.UTF-8" };
  delete environment.WAYLAND_DISPLAY;
  delete environment.XDG_SESSION_TYPE;
  const programs: ChildProcess[] = [];
  return {
    name,
    environment,
    run: async (program, ...rest) => (await run(program, rest, { env: environment })).stdout,
    start: (program, ...rest) => {
      const started = spawn(program, rest, { env: environment, stdio: "ignore" });
      programs.push(started);
      return started;
    },
    kill: () => server.kill("SIGKILL"),
    close: () => {
      for (const program of programs) program.kill();
      server.kill();
    },
  };
}

async function firstLine(server: ChildProcess): Promise<string> {
  const pipe = server.stdio[3];
  if (!pipe || !("read" in pipe)) throw new Error("The X server has no pipe to tell its number.");
  const failed = once(server, "error").then(([error]) => Promise.reject(error));
  const [text] = await Promise.race([once(createInterface({ input: pipe }), "line"), failed]);
  return String(text);
}
