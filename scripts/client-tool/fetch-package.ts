// Gets a pinned package from the npm registry, through npm itself, and keeps what is needed of it.
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { StepError } from "../setup/report.mjs";
import { lastLines, runCommand } from "../setup/run-command";
import type { PinnedPackage } from "./pinned-packages";

/** A runtime has 50 MB: on a slow line that is minutes. */
const FETCH_TIMEOUT_MS = 15 * 60_000;

/** Where they stay for the next build, of this and every other clone. */
export const TOOL_CACHE = path.join(os.homedir(), ".cache", "madoguchi", "client-tool");

/**
 * The file that a pinned package is wanted for; from the cache, or fetched and compared with its pinned hash.
 *
 * @returns its path; it must not be changed
 * @throws StepError when the registry cannot be reached or has other bytes
 */
export async function pinnedFile({ name, version, integrity, file }: PinnedPackage): Promise<string> {
  // By the content's hash: other bytes under the same version would lie elsewhere.
  const hash = Buffer.from(integrity.replace(/^sha512-/, ""), "base64")
    .toString("hex")
    .slice(0, 16);
  const kept = path.join(
    TOOL_CACHE,
    `${name.replace(/[@/]/g, "")}-${version}-${hash}-${path.basename(file)}`,
  );
  if (existsSync(kept)) return kept;
  await mkdir(TOOL_CACHE, { recursive: true });
  const work = await mkdtemp(path.join(TOOL_CACHE, "fetching-"));
  try {
    const archive = await pack(`${name}@${version}`, work);
    const found = `sha512-${createHash("sha512")
      .update(await readFile(archive))
      .digest("base64")}`;
    if (found !== integrity) {
      throw new StepError(
        `The npm registry has other bytes for ${name} ${version} than the ones that were pinned.`,
        "Do not use them. If the registry is a mirror of your own, compare it with the original.",
      );
    }
    const unpacked = await runCommand("tar", ["-xzf", archive, "-C", work, `package/${file}`]);
    if (unpacked.code !== 0) {
      throw new StepError(`${name} could not be unpacked:\n${lastLines(unpacked.output, 3)}`);
    }
    const taken = path.join(work, "package", file);
    await chmod(taken, 0o644);
    await rename(taken, kept);
    return kept;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function pack(specifier: string, folder: string): Promise<string> {
  const remedy = "Check that `npm ping` gets through, and run the command again: what has arrived is kept.";
  const result = await runCommand("npm", ["pack", "--silent", "--ignore-scripts", specifier], {
    cwd: folder,
    timeoutMs: FETCH_TIMEOUT_MS,
  }).catch((error: unknown) => {
    throw new StepError("npm could not be started.", remedy, { cause: error });
  });
  const archive = /^\S+\.tgz$/m.exec(result.output)?.[0];
  if (result.code !== 0 || archive === undefined) {
    throw new StepError(
      `${specifier}, a part of the Client Tool, could not be fetched from the npm registry:\n${lastLines(result.output, 5)}`,
      remedy,
    );
  }
  return path.join(folder, archive);
}
