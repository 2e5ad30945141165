import { constants } from "node:os";
import { readCommand, readPairing } from "./arguments";
import { CleanUp } from "./clean-up";
import { exitCodes } from "./exit-codes";
import { openMachine } from "./machine/open-machine";
import { systemLanguage, toolTexts } from "./texts";
import { aroundLoading, removeLeftovers, removeUnpacked } from "./unpacked";
import { thisRelease } from "./update/this-release";
import { toolVersion } from "./version";
import { openToolWindow } from "./window/open-window";

/** Told to end once, the tool leaves in order; told again, at once. */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

const cleanUp = new CleanUp();
cleanUp.add(() => {
  removeUnpacked();
});
// Whichever way the process ends from here on, nothing stays pressed and nothing stays unpacked.
process.on("exit", () => cleanUp.run());

async function main(): Promise<number> {
  const args = process.argv.slice(2);
  const language = systemLanguage(Intl.DateTimeFormat().resolvedOptions().locale);
  const command = readCommand(args);
  if (command === "guard") return await guard();
  if (command !== "run") {
    print(command === "version" ? toolVersion : toolTexts(language).help);
    return exitCodes.ended;
  }
  const ending = new AbortController();
  let endedBy: (typeof SIGNALS)[number] | undefined;
  for (const name of SIGNALS) {
    process.on(name, () => {
      if (endedBy !== undefined) process.exit(128 + constants.signals[name]);
      endedBy = name;
      ending.abort();
    });
  }
  // What Node's own start took is given back before the rest is read: the two together would be more than anybody needs at once.
  const trimMemory = await loadTrimming();
  trimMemory();
  aroundLoading(trimMemory);
  const { bringUpToDate, readDevice, readSystemProxy, runTool, thisPlatform } = await import("./parts");
  const code = await runTool({
    readPairing: () => readPairing(args, process.execPath),
    version: toolVersion,
    language,
    environment: process.env,
    readSystemProxy,
    openWindow: async (first) => {
      const window = await openToolWindow(first);
      trimMemory();
      return window;
    },
    openMachine: async () => {
      const machine = await openMachine();
      trimMemory();
      return machine;
    },
    readDevice,
    bringUpToDate: (run) =>
      bringUpToDate({
        ...run,
        version: toolVersion,
        platform: thisPlatform(),
        release: thisRelease(),
        executable: process.execPath,
        args,
        environment: process.env,
        language,
      }),
    onSettled: trimMemory,
    print,
    cleanUp,
    signal: ending.signal,
  });
  return endedBy === undefined ? code : 128 + constants.signals[endedBy];
}

/** The tool beside the tool: see machine/guard. */
async function guard(): Promise<number> {
  const { standGuard } = await import("./machine/guard/stand-guard");
  if (await standGuard({ input: process.stdin, openMachine })) await removeLeftovers();
  return exitCodes.ended;
}

/** Where the native part that it takes cannot be loaded, the tool goes on with more memory. */
async function loadTrimming(): Promise<() => void> {
  return await import("./trim-memory").then(
    (trim) => trim.trimMemory,
    () => () => {},
  );
}

/** A program that was started by a double click has nobody who reads this, and maybe not even a place to write to. */
function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function fail(error: unknown): never {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(exitCodes.internal);
}

for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
process.on("uncaughtException", fail);
process.on("unhandledRejection", fail);
main().then((code) => process.exit(code), fail);
