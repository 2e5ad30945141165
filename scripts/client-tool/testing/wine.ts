// Windows programs on a test's own X server, by Debian's Wine: nothing of the machine's own is touched.
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, open, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { openXServer, type XServer } from "../../../src/client-tool/machine/linux/testing/x-server";
import { projectRoot } from "../../setup/project.mjs";
import { pinnedFile } from "../fetch-package";
import { platformParts } from "../pinned-packages";

const run = promisify(execFile);
const NEEDED = [
  ["wine", "--version"],
  ["Xvfb", "-help"],
  ["xdotool", "--version"],
] as const;
const PREFIX_TIMEOUT_MS = 60_000;

/** Looks at keys and buttons as every program there sees them, and writes down each change; for a minute at most. */
const WATCHER = `
const { appendFileSync } = require("node:fs");
const koffi = require("koffi");
const state = koffi.load("user32.dll").func("__stdcall", "GetAsyncKeyState", "int16", ["int"]);
const [LEFT_BUTTON, SHIFT] = [0x01, 0x10];
let last = "";
setInterval(() => {
  const now = JSON.stringify({ button: state(LEFT_BUTTON) < 0, shift: state(SHIFT) < 0 });
  if (now !== last) appendFileSync("held.log", now + "\\n");
  last = now;
}, 20);
setTimeout(() => process.exit(0), 60_000);
`;

/** What every program sees as held. */
export interface SeenAsHeld {
  readonly button: boolean;
  readonly shift: boolean;
}

/** @returns the first program that is missing */
export async function missingForWine(): Promise<string | null> {
  for (const [program, argument] of NEEDED) {
    const isThere = await run(program, [argument]).then(
      () => true,
      () => false,
    );
    if (!isThere) return program;
  }
  return null;
}

/** A Windows of its own, as far as Wine is one. */
export class Wine {
  readonly screen: XServer;
  readonly folder: string;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #programs: ChildProcess[] = [];

  static async open(): Promise<Wine> {
    const [screen, folder] = await Promise.all([
      openXServer(),
      mkdtemp(path.join(os.tmpdir(), "madoguchi-wine-")),
    ]);
    const wine = new Wine(screen, folder);
    try {
      await wine.run("wineboot.exe", "-i");
      // What Debian's Wine 8 says it is otherwise is older than what Node starts on.
      await wine.run("reg.exe", "add", "HKCU\\Software\\Wine", "/v", "Version", "/d", "win10", "/f");
      return wine;
    } catch (error) {
      await wine.close();
      throw error;
    }
  }

  private constructor(screen: XServer, folder: string) {
    this.screen = screen;
    this.folder = folder;
    this.#environment = {
      ...screen.environment,
      WINEPREFIX: path.join(folder, "prefix"),
      WINEDEBUG: "-all",
      // Neither .NET nor a browser, which Wine would ask to download, and no entries in the menus of whoever runs this.
      WINEDLLOVERRIDES: "mscoree=;mshtml=;winemenubuilder.exe=d",
    };
  }

  /** Of the programs in it, seen from outside. */
  get temporaryFolder(): string {
    return path.join(this.folder, "prefix/drive_c/users", os.userInfo().username, "Temp");
  }

  /** Runs a program to its end. @returns what it has printed, which Wine passes on to a file alone */
  async run(program: string, ...args: string[]): Promise<string> {
    const printed = path.join(this.folder, "printed");
    const file = await open(printed, "w");
    try {
      const child = this.#spawn(program, args, ["ignore", file.fd, file.fd]);
      const killing = setTimeout(() => child.kill("SIGKILL"), PREFIX_TIMEOUT_MS);
      const code = await new Promise((resolve, reject) => child.once("exit", resolve).once("error", reject));
      clearTimeout(killing);
      const text = await readFile(printed, "utf8");
      if (code !== 0) throw new Error(`${program} ended with ${code}: ${text}`);
      return text;
    } finally {
      await file.close();
    }
  }

  /** Starts a program that goes on until it is killed. */
  start(program: string, ...args: string[]): ChildProcess {
    return this.#spawn(program, args, "ignore");
  }

  /** @returns what reads what is held, now and then, last */
  async watchHeld(): Promise<() => Promise<SeenAsHeld | null>> {
    const folder = path.join(this.folder, "watcher");
    const { runtime, native } = platformParts.windows;
    const [node, part] = await Promise.all([pinnedFile(runtime), pinnedFile(native["koffi.node"])]);
    const koffi = path.join(folder, "node_modules/@koromix/koffi-win32-x64");
    await mkdir(koffi, { recursive: true });
    await Promise.all([
      cp(node, path.join(folder, "node.exe")),
      cp(path.join(projectRoot, "node_modules/koffi"), path.join(folder, "node_modules/koffi"), {
        recursive: true,
      }),
      cp(part, path.join(koffi, "koffi.node")),
      writeFile(path.join(koffi, "index.js"), 'module.exports = require("./koffi.node");'),
      writeFile(path.join(folder, "watch.cjs"), WATCHER),
    ]);
    this.#spawn(path.join(folder, "node.exe"), ["watch.cjs"], "ignore", folder);
    return async () => {
      const text = await readFile(path.join(folder, "held.log"), "utf8").catch(() => "");
      const last = text.trimEnd().split("\n").at(-1);
      return last ? JSON.parse(last) : null;
    };
  }

  async close(): Promise<void> {
    for (const program of this.#programs) program.kill("SIGKILL");
    await run("wineserver", ["-k", "-w"], { env: this.#environment }).catch(() => {});
    this.screen.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  #spawn(
    program: string,
    args: readonly string[],
    stdio: "ignore" | ["ignore", number, number],
    cwd = this.folder,
  ): ChildProcess {
    const child = spawn("wine", [program, ...args], { cwd, env: this.#environment, stdio });
    this.#programs.push(child);
    return child;
  }
}
