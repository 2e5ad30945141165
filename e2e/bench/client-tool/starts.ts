import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, copyFile, mkdtemp, open, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toolFileName } from "@/protocol/client-tool";
import { openDisplay } from "../../fixtures/display";
import { monotonicMs } from "./moves";
import { TellingProcess } from "./telling-process";

/** What the customer sees first: the window on a desktop, a line where there is none. */
export type FirstSign = "window" | "line";
/** Whether the machine has read the program before. */
export type Cache = "cold" | "warm";

export interface Start {
  readonly sign: FirstSign;
  readonly cache: Cache;
  readonly round: number;
  readonly ms: number;
}

/** Nobody answers there: the window comes before anything is asked of the service. */
const NOBODY = "http://localhost:9";
const NO_TOKEN = "0".repeat(22);

/**
 * How long the published executable takes from its start to its first sign, on a desktop with a window manager and without any
 * display. Every program is cold only where this may drop the system's caches (root); else only the executable is.
 */
export async function measureStarts(
  published: string,
  rounds: number,
  say: (line: string) => void,
): Promise<{ starts: readonly Start[]; isAllCold: boolean }> {
  const folder = await mkdtemp(join(tmpdir(), "madoguchi-starts-"));
  const program = join(folder, toolFileName(NOBODY, NO_TOKEN, ".run"));
  const display = await openDisplay();
  const watch = new TellingProcess(process.execPath, ["e2e/bench/client-tool/watch-x.mjs", display.name]);
  const starts: Start[] = [];
  let isAllCold = true;
  try {
    await watch.next("ready");
    await copyFile(published, program);
    await chmod(program, 0o755);
    const signs = {
      window: () => untilWindow(program, folder, display.name, watch),
      line: () => untilLine(program, folder),
    };
    // The desktop itself has shown a window by then; this one is not counted.
    await signs.window();
    for (let round = 0; round < rounds; round += 1) {
      for (const sign of ["window", "line"] as const) {
        for (const cache of ["cold", "warm"] as const) {
          if (cache === "cold") isAllCold = (await dropCaches(program)) && isAllCold;
          starts.push({ sign, cache, round, ms: await signs[sign]() });
        }
      }
      const inWords = starts
        .filter((start) => start.round === round)
        .map(({ sign, cache, ms }) => `${cache} ${sign} ${ms.toFixed(0)} ms`);
      say(`  start ${round + 1}/${rounds}: ${inWords.join(", ")}`);
    }
    return { starts, isAllCold };
  } finally {
    await watch.close();
    display.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function untilWindow(
  program: string,
  folder: string,
  displayName: string,
  watch: TellingProcess,
): Promise<number> {
  const shown = watch.next("window");
  const startedMs = monotonicMs();
  const tool = spawn(program, [], { env: environment(folder, displayName), stdio: "ignore" });
  const { atMs } = await shown;
  await ended(tool);
  return atMs - startedMs;
}

async function untilLine(program: string, folder: string): Promise<number> {
  const startedMs = monotonicMs();
  const tool = spawn(program, [], { env: environment(folder), stdio: ["ignore", "pipe", "ignore"] });
  await once(tool.stdout, "data");
  const atMs = monotonicMs();
  await ended(tool);
  return atMs - startedMs;
}

async function ended(tool: ReturnType<typeof spawn>): Promise<void> {
  const exited = once(tool, "exit");
  tool.kill("SIGKILL");
  await exited;
}

function environment(folder: string, displayName?: string): NodeJS.ProcessEnv {
  const { WAYLAND_DISPLAY: _wayland, XDG_SESSION_TYPE: _session, DISPLAY: _display, ...others } = process.env;
  return { ...others, TMPDIR: folder, ...(displayName !== undefined && { DISPLAY: displayName }) };
}

/** @returns false where only the program itself could be dropped */
async function dropCaches(program: string): Promise<boolean> {
  const file = await open(program, "r+");
  // Only what is on the disk can be dropped.
  await file.sync();
  await file.close();
  try {
    await writeFile("/proc/sys/vm/drop_caches", "3");
    return true;
  } catch {
    // GNU dd tells the kernel that it needs nothing of the file (posix_fadvise).
    const dropped = spawn("dd", [`if=${program}`, "iflag=nocache", "count=0", "status=none"], {
      stdio: "ignore",
    });
    await once(dropped, "exit");
    return false;
  }
}
