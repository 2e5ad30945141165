import { accessSync, constants, mkdtempSync } from "node:fs";
import { chmod, link, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { ToolPlatform } from "@/protocol/control";

/** Where this tool lies: a file, or on macOS the application's folder around it. */
export interface Installation {
  readonly product: string;
  /** The program in it, as a path below the product; empty where the product is the program. */
  readonly program: string;
}

/** @param executable `process.execPath` */
export function installationOf(executable: string): Installation {
  const match = /^(.*\.app)\/(Contents\/MacOS\/[^/]+)$/.exec(executable);
  return { product: match?.[1] ?? executable, program: match?.[2] ?? "" };
}

export function programOf({ product, program }: Installation): string {
  return program === "" ? product : path.join(product, program);
}

/**
 * Where an update can go: in the old one's place, or, where nothing can be written (macOS runs what was just downloaded from a
 * read-only copy), into a folder of its own under the same name, which carries the pairing.
 */
export function updatePlace(installation: Installation): Installation & { readonly replaces: boolean } {
  const parent = path.dirname(installation.product);
  try {
    accessSync(parent, constants.W_OK);
    return { ...installation, replaces: true };
  } catch {
    const own = mkdtempSync(path.join(os.tmpdir(), "madoguchi-update-"));
    return { ...installation, product: path.join(own, path.basename(installation.product)), replaces: false };
  }
}

/** An update that has taken its place. */
export interface Replaced {
  /** Puts the old one back. */
  rollBack: () => Promise<void>;
  /** The old one is not needed any more. @returns what could not be removed yet, because it is running */
  finish: () => Promise<string | null>;
}

/**
 * Puts what was downloaded into its place. The old one is kept beside it until `finish`.
 *
 * @param downloaded the program, or macOS' archive of the application
 */
export async function putInPlace(
  downloaded: string,
  platform: ToolPlatform,
  place: Installation & { readonly replaces: boolean },
): Promise<Replaced> {
  const { product, replaces } = place;
  const fresh = `${product}.new`;
  await rm(fresh, { recursive: true, force: true });
  if (platform === "macos") await unpackArchive(downloaded, fresh);
  else await rename(downloaded, fresh);
  await rm(downloaded, { force: true });
  if (!replaces) {
    await rename(fresh, product);
    const remove = () => rm(path.dirname(product), { recursive: true, force: true });
    return { rollBack: remove, finish: async () => null };
  }
  const former = `${product}.old`;
  await rm(former, { recursive: true, force: true });
  const isLinked = platform === "linux" && (await hasLinked(product, former));
  if (!isLinked) await rename(product, former);
  try {
    await rename(fresh, product);
  } catch (error) {
    if (!isLinked) await rename(former, product);
    throw error;
  }
  return {
    rollBack: async () => {
      if (platform !== "linux") await rename(product, `${product}.failed`);
      await rename(former, product);
      await rm(`${product}.failed`, { recursive: true, force: true });
    },
    finish: async () => {
      if (platform === "windows") return former;
      await rm(former, { recursive: true, force: true });
      return null;
    },
  };
}

/** With a second name for the old one, its own never leads to nothing, not even for a moment. Some file systems have no such thing. */
async function hasLinked(product: string, former: string): Promise<boolean> {
  return await link(product, former).then(
    () => true,
    () => false,
  );
}

const CENTRAL_HEADER = 0x02014b50;
const END_BYTES = 22;
const CENTRAL_BYTES = 46;
const LOCAL_BYTES = 30;

/** Of our own releases, whose hash was right: entries are stored as they are, below one folder. PKWARE APPNOTE 6.3.10. */
async function unpackArchive(archive: string, folder: string): Promise<void> {
  const bytes = await readFile(archive);
  let at = bytes.readUInt32LE(bytes.length - END_BYTES + 16);
  for (let left = bytes.readUInt16LE(bytes.length - END_BYTES + 10); left > 0; left--) {
    if (bytes.readUInt32LE(at) !== CENTRAL_HEADER) throw new Error("The archive's list is damaged.");
    const nameBytes = bytes.readUInt16LE(at + 28);
    const name = bytes.toString("utf8", at + CENTRAL_BYTES, at + CENTRAL_BYTES + nameBytes);
    const mode = (bytes.readUInt32LE(at + 38) >>> 16) & 0o777;
    const local = bytes.readUInt32LE(at + 42);
    const start = local + LOCAL_BYTES + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const [, ...below] = name.split("/");
    const to = path.join(folder, ...below);
    if (!to.startsWith(folder + path.sep)) throw new Error(`The archive wants to write to ${name}.`);
    await mkdir(path.dirname(to), { recursive: true });
    await writeFile(to, bytes.subarray(start, start + bytes.readUInt32LE(at + 20)));
    await chmod(to, mode);
    at += CENTRAL_BYTES + nameBytes + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
}
