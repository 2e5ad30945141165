import { spawn } from "node:child_process";
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import sea from "node:sea";
import { setTimeout as pause } from "node:timers/promises";

/**
 * The native parts that the executable carries. They must be files for the system to load them, so they are written into a
 * folder of their own that nobody else can look into (0700, random name), and are gone again as soon as the system allows:
 * on Linux and macOS right after loading, on Windows when the process has ended.
 */

const FOLDER_PREFIX = "madoguchi-parts-";
/** A folder that is older is nobody's any more, even where its owner cannot be asked for: no session lasts that long. */
const STALE_AFTER_MS = 24 * 60 * 60_000;
const OWNER_FILE = "owner";
const LEFTOVER_TRIES = 5;
const LEFTOVER_PAUSE_MS = 500;

let folder: string | undefined;
let makeRoom: () => void = () => {};

/** What is done before and after a part is loaded, which takes much for a moment: of its copy in the executable nothing is read again. */
export function aroundLoading(action: () => void): void {
  makeRoom = action;
}

/**
 * Loads a native part of the executable. The build puts calls of this in the place of `require("….node")`.
 *
 * @param name `koffi.node`
 * @throws Error when it cannot be loaded from any folder of this machine
 */
export function loadNative(name: string): unknown {
  const asset = sea.getRawAsset(name);
  if (typeof asset === "string") throw new TypeError(`${name} is no binary part.`);
  const bytes = new Uint8Array(asset);
  let failure: unknown;
  for (const parent of folder === undefined ? possibleParents() : [path.dirname(folder)]) {
    try {
      folder ??= makeFolder(parent);
      makeRoom();
      const part = load(path.join(folder, name), bytes);
      setImmediate(() => makeRoom());
      return part;
    } catch (error) {
      // Some administrators mount /tmp so that nothing in it can be run.
      failure = error;
      removeUnpacked();
    }
  }
  throw failure;
}

/**
 * Removes what this process has unpacked; call it last. Idempotent. On Windows, where a loaded file cannot be removed, another process
 * does so a moment after this one's end.
 */
export function removeUnpacked(): void {
  if (folder === undefined) return;
  const doomed = folder;
  folder = undefined;
  if (process.platform === "win32") removeLater(doomed);
  else rmSync(doomed, { recursive: true, force: true });
}

/** Removes what processes have left behind that were killed just now. */
export async function removeLeftovers(): Promise<void> {
  for (let tries = 0; tries < LEFTOVER_TRIES; tries += 1) {
    // Windows keeps a library's file for a moment after the process that had loaded it.
    await pause(LEFTOVER_PAUSE_MS);
    if (!possibleParents().map(removeStale).includes(true)) return;
  }
}

function load(file: string, bytes: Uint8Array): unknown {
  writeFileSync(file, bytes, { mode: 0o700, flag: "wx" });
  const module: { exports: unknown } = { exports: {} };
  process.dlopen(module, file);
  // What is mapped stays usable without its name, so nothing is left behind even by a killed process.
  if (process.platform !== "win32") unlinkSync(file);
  return module.exports;
}

function possibleParents(): string[] {
  const home = os.homedir();
  return [os.tmpdir(), process.env.XDG_RUNTIME_DIR, path.join(home, ".cache"), home].filter(
    (parent): parent is string => parent !== undefined && existsSync(parent),
  );
}

function makeFolder(parent: string): string {
  removeStale(parent);
  // mkdtemp makes it 0700.
  const made = mkdtempSync(path.join(parent, FOLDER_PREFIX));
  writeFileSync(path.join(made, OWNER_FILE), String(process.pid), { mode: 0o600 });
  return made;
}

/** Removes folders of runs that were killed. @returns whether one of them could not be removed */
function removeStale(parent: string): boolean {
  let isLeft = false;
  for (const name of readdirSync(parent)) {
    if (!name.startsWith(FOLDER_PREFIX)) continue;
    const found = path.join(parent, name);
    try {
      if (!isInUse(found)) rmSync(found, { recursive: true, force: true });
    } catch {
      // Another user's, or still loaded by a process: not ours to remove.
      isLeft = true;
    }
  }
  return isLeft;
}

function isInUse(found: string): boolean {
  if (Date.now() - statSync(found).mtimeMs > STALE_AFTER_MS) return false;
  const owner = Number(readOwner(found));
  if (!Number.isInteger(owner) || owner <= 0) return true;
  try {
    process.kill(owner, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && "code" in error && error.code === "ESRCH");
  }
}

function readOwner(found: string): string {
  return readFileSync(path.join(found, OWNER_FILE), "utf8");
}

/**
 * Windows: removes a file or folder that this process still uses, a moment after its end. `ping` is the one program of every Windows
 * that waits without asking a console.
 */
export function removeLater(doomed: string): void {
  const command = `ping -n 3 127.0.0.1 >nul & rmdir /s /q "${doomed}" 2>nul & del /f /q "${doomed}" 2>nul`;
  spawn(process.env.ComSpec ?? "cmd.exe", ["/d", "/s", "/c", `"${command}"`], {
    detached: true,
    stdio: "ignore",
    windowsHide: true,
    windowsVerbatimArguments: true,
  }).unref();
}
