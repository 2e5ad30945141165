import { constants } from "node:os";
import { readCommand, readPairing } from "./arguments";
import { CleanUp } from "./clean-up";
import { thisPlatform } from "./control/absent-machine";
import { readDevice } from "./device/read-device";
import { exitCodes } from "./exit-codes";
import { openMachine } from "./machine/open-machine";
import { runTool } from "./run-tool";
import { systemLanguage, toolTexts } from "./texts";
import { trimMemory } from "./trim-memory";
import { removeUnpacked } from "./unpacked";
import { bringUpToDate } from "./update/bring-up-to-date";
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
  const code = await runTool({
    readPairing: () => readPairing(args, process.execPath),
    version: toolVersion,
    language,
    environment: process.env,
    openWindow: openToolWindow,
    openMachine,
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
