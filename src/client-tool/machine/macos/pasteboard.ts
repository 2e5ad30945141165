import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { CLIPBOARD_MAX_LENGTH } from "@/protocol/control";
import { MachineError } from "../machine";

/** Without it pbcopy and pbpaste take text for Mac Roman. */
const environment: NodeJS.ProcessEnv = { ...process.env, LANG: "en_US.UTF-8", LC_ALL: "en_US.UTF-8" };
/** A UTF-16 unit takes at most three bytes of UTF-8, so what is cut off here is too long to be sent anyway. */
const READ_MAX_BYTES = 4 * (CLIPBOARD_MAX_LENGTH + 1);

/** macOS keeps its clipboard behind a server, which these two programs of its own talk to. @throws MachineError */
export function readPasteboard(): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const options = { encoding: "utf8", env: environment, maxBuffer: READ_MAX_BYTES } as const;
    execFile("/usr/bin/pbpaste", ["-Prefer", "txt"], options, (error, text) => {
      if (error && error.code !== "ERR_CHILD_PROCESS_STDIO_MAXBUFFER") {
        reject(new MachineError("failed", "pbpaste failed", { cause: error }));
      } else {
        resolve(text === "" ? null : text);
      }
    });
  });
}

/** @throws MachineError */
export async function writePasteboard(text: string): Promise<void> {
  const child = spawn("/usr/bin/pbcopy", { env: environment, stdio: ["pipe", "ignore", "ignore"] });
  try {
    child.stdin.on("error", () => child.kill());
    child.stdin.end(text, "utf8");
    const [code] = await once(child, "exit");
    if (code !== 0) throw new Error(`exit code ${code}`);
  } catch (error) {
    throw new MachineError("failed", "pbcopy failed", { cause: error });
  }
}
