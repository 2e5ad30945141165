// Whether a mediasoup worker works on this machine, and whether what it encrypts with is safe.

import { readFile, realpath, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { parseJson } from "../../src/lib/parse-json";
import { upgradeAptPackages } from "./apt";
import { projectRoot } from "./project.mjs";
import { lastLines, runCommand } from "./run-command";

/** What verify-mediasoup-worker.ts ends with where a worker works, and anybody's packet can end its connections. */
export const UNSAFE_EXIT_CODE = 3;
const CHECK_TIMEOUT_MS = 30_000;

const fitnessSchema = z.enum(["works", "unsafe", "fails"]);
export type WorkerFitness = z.infer<typeof fitnessSchema>;
const keptSchema = z.object({ of: z.string(), fitness: fitnessSchema });

/** In a process of its own, because a worker of the wrong make crashes and native code may take Node with it. */
export async function fitnessOf(worker: string, note: (text: string) => void): Promise<WorkerFitness> {
  const script = path.join(projectRoot, "scripts/setup/verify-mediasoup-worker.ts");
  const { code, output } = await runCommand(process.execPath, ["--import", "tsx", script], {
    cwd: projectRoot,
    env: { ...process.env, MEDIASOUP_WORKER_BIN: worker },
    timeoutMs: CHECK_TIMEOUT_MS,
  });
  if (code === 0) return "works";
  if (code === UNSAFE_EXIT_CODE) return "unsafe";
  note(lastLines(output));
  return "fails";
}

/**
 * Sees to it that a worker that is used already runs on an OpenSSL that is safe: brings Debian's up to date where that is possible, and
 * says so where it is not. What was found out is kept beside the worker until that or its OpenSSL changes.
 *
 * @returns whether there was anything to say
 */
export async function keepSafe(worker: string, note: (text: string) => void): Promise<boolean> {
  const kept = `${worker}.openssl.json`;
  const before = keptSchema.safeParse(parseJson(await readFile(kept, "utf8").catch(() => ""))).data;
  let fitness = before?.of === (await identityOf(worker)) ? before.fitness : null;
  if (fitness === "works") return false;
  if (fitness === null) {
    fitness = await fitnessOf(worker, note);
    if (fitness === "unsafe" && (await upgradeOpenSsl(worker))) {
      note(
        "OpenSSL was brought up to date: with the one before, a packet in a person's name ended that person's connection (CVE-2026-75806).",
      );
      fitness = await fitnessOf(worker, note);
    }
    if (fitness !== "fails") {
      await writeFile(kept, JSON.stringify({ of: await identityOf(worker), fitness }));
    }
  }
  if (fitness === "unsafe") note(unsafeWords);
  return true;
}

/** To be told where nothing could be done. */
export const unsafeWords =
  "This worker's OpenSSL is older than 3.0.22: one packet that anybody sends in a person's name ends that person's connection, which then " +
  "comes back by itself (CVE-2026-75806). One that uses the system's OpenSSL is safe when that is up to date.";

/** @returns whether it may be another one now */
async function upgradeOpenSsl(worker: string): Promise<boolean> {
  const owned = await runCommand("dpkg-query", ["-S", ...(await opensslOf(worker))]).catch(() => null);
  // `libssl3:amd64: /usr/lib/x86_64-linux-gnu/libssl.so.3`; its name differs from release to release.
  const packages = [...(owned?.output ?? "").matchAll(/^([^:\s]+)(?::\S+)?: \//gm)].map(
    ([, name = ""]) => name,
  );
  // What was built with it wants the very same version.
  return packages.length > 0 && (await upgradeAptPackages([...new Set([...packages, "libssl-dev"])]));
}

/** Of the worker and of the system's OpenSSL, where it is linked to that. */
async function identityOf(worker: string): Promise<string> {
  const files = [worker, ...(await opensslOf(worker))];
  const states = await Promise.all(files.map((file) => stat(file)));
  return files.map((file, at) => `${file} ${states[at]?.size} ${states[at]?.mtimeMs}`).join("\n");
}

/** The libraries of the system that it encrypts with; none where it brings its own. */
async function opensslOf(worker: string): Promise<string[]> {
  const { output } = await runCommand("ldd", [worker]).catch(() => ({ output: "" }));
  const found = [...output.matchAll(/=> (\S*lib(?:ssl|crypto)\.so\S*)/g)].map(([, file = ""]) => file);
  return await Promise.all(found.map((file) => realpath(file)));
}
