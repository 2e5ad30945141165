import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { gnomeProxy } from "./gnome-proxy";
import { macosProxy } from "./macos-proxy";
import { DIRECT, type SystemProxy } from "./system-proxy";

const run = promisify(execFile);
/** Somebody waits in front of the window. */
const ANSWER_TIMEOUT_MS = 3_000;

/** The proxy that this system is set to use. Never rejects: a system that says nothing has none. */
export async function readSystemProxy(): Promise<SystemProxy> {
  try {
    switch (process.platform) {
      case "win32":
        return (await import("./windows-proxy")).readWindowsProxy();
      case "darwin":
        return macosProxy(await printedBy("scutil", "--proxy"));
      default:
        return gnomeProxy(await printedBy("gsettings", "list-recursively", "org.gnome.system.proxy"));
    }
  } catch {
    // There is no GNOME, or no native part can be loaded.
    return DIRECT;
  }
}

async function printedBy(program: string, ...args: string[]): Promise<string> {
  return (await run(program, args, { timeout: ANSWER_TIMEOUT_MS })).stdout;
}
