// The relay's media process. npm carries only its source, so this finds, downloads or builds the program.

import { access, chmod, constants, mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { z } from "zod";
import { canHaveAptPackages, ensureAptPackages, usesApt } from "./apt";
import { projectRoot } from "./project.mjs";
import { type StepControl, StepError } from "./report.mjs";
import { lastLines, runCommand } from "./run-command";
import { fitnessOf, keepSafe, unsafeWords } from "./worker-check";

/** What the build needs beside Node, by the names of Debian 12 and Ubuntu. */
const BUILD_PACKAGES = [
  "build-essential",
  "meson",
  "ninja-build",
  "pkg-config",
  "flatbuffers-compiler",
  "libflatbuffers-dev",
  "libssl-dev",
  "libsrtp2-dev",
  "libusrsctp-dev",
  "libuv1-dev",
  "libabsl-dev",
  // The relay has its workers allocate with it: see relay/workers/worker-allocator.ts.
  "libjemalloc2",
];
/** The worker ends with this code when it is started without its version in the environment, so it can run here. */
const STARTED_BY_HAND_EXIT_CODE = 41;
const PROBE_TIMEOUT_MS = 5_000;
const HOST_ANSWER_TIMEOUT_MS = 4_000;
const DOWNLOAD_TIMEOUT_MS = 120_000;

/**
 * Returns the path of a mediasoup worker that runs on this machine: `MEDIASOUP_WORKER_BIN`, the cached one,
 * mediasoup's prebuilt one, or one built here from source. The last two complete a DTLS handshake before they
 * enter the cache, and one whose OpenSSL is not safe is used only where there is no other. Throws a StepError that says what to do
 * when none of the four ways is open.
 */
export async function ensureMediasoupWorker({ skip, note }: StepControl): Promise<string> {
  const named = process.env.MEDIASOUP_WORKER_BIN;
  if (named) {
    if (!(await runsHere(named))) {
      throw new StepError(
        `MEDIASOUP_WORKER_BIN names ${named}, which is not a mediasoup worker that runs on this machine.`,
        "Correct the path, or unset the variable to have a worker downloaded or built.",
      );
    }
    skip();
    return path.resolve(named);
  }

  const packageFolder = path.join(projectRoot, "node_modules/mediasoup");
  const { version, repository } = packageSchema.parse(
    JSON.parse(await readFile(path.join(packageFolder, "package.json"), "utf8")),
  );
  const cached = path.join(cacheFolder(), `mediasoup-worker-${version}-${process.platform}-${process.arch}`);
  if (await exists(cached)) {
    if (await runsHere(cached)) {
      if (!(await keepSafe(cached, note))) skip();
      return cached;
    }
    note(`The cached ${cached} does not run any more (a system library may have changed): making a new one.`);
  }

  await mkdir(cacheFolder(), { recursive: true });
  // Beside the final place, so that the rename at the end is atomic.
  const work = await mkdtemp(path.join(cacheFolder(), "making-"));
  try {
    const candidate = path.join(work, "mediasoup-worker");
    if (await download(prebuiltUrl(repository.url, version), work, candidate, note)) {
      const fitness = await fitnessOf(candidate, note);
      if (fitness === "works" || (fitness === "unsafe" && !(await canBuildUnasked()))) {
        await rename(candidate, cached);
        if (fitness === "unsafe") note(unsafeWords);
        return cached;
      }
      note(
        fitness === "unsafe"
          ? "The prebuilt worker brings an OpenSSL along that one packet makes end connections (CVE-2026-75806)."
          : "The prebuilt worker did not pass its check here.",
      );
    }
    await build(packageFolder, version, candidate, note);
    if ((await fitnessOf(candidate, note)) === "fails") {
      throw new StepError(
        "The mediasoup worker was built but cannot complete a DTLS handshake on this machine.",
        "Set MEDIASOUP_WORKER_BIN to a worker that you built or downloaded by other means.",
      );
    }
    await rename(candidate, cached);
    await keepSafe(cached, note);
    return cached;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

const packageSchema = z.object({ version: z.string(), repository: z.object({ url: z.string() }) });

function cacheFolder(): string {
  return path.join(os.homedir(), ".cache", "madoguchi");
}

async function exists(file: string): Promise<boolean> {
  return await access(file).then(
    () => true,
    () => false,
  );
}

async function runsHere(file: string): Promise<boolean> {
  const executable = await access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
  if (!executable) return false;
  const probe = await runCommand(file, [], {
    env: { NODE_ENV: "production" },
    timeoutMs: PROBE_TIMEOUT_MS,
  }).catch(() => undefined);
  return probe?.code === STARTED_BY_HAND_EXIT_CODE;
}

/** The address where mediasoup publishes its prebuilt workers; the same that its own install step would use. */
function prebuiltUrl(repositoryUrl: string, version: string): string {
  const repository = repositoryUrl.replace(/^git\+/, "").replace(/\.git$/, "");
  const base = process.env.MEDIASOUP_WORKER_PREBUILT_DOWNLOAD_BASE_URL || `${repository}/releases/download`;
  const kernel = process.platform === "linux" ? `-kernel${Number.parseInt(os.release(), 10)}` : "";
  return `${base}/${version}/mediasoup-worker-${version}-${process.platform}-${process.arch}${kernel}.tgz`;
}

async function download(
  url: string,
  work: string,
  candidate: string,
  note: (text: string) => void,
): Promise<boolean> {
  const host = new URL(url).host;
  try {
    await fetch(url, {
      method: "HEAD",
      redirect: "manual",
      signal: AbortSignal.timeout(HOST_ANSWER_TIMEOUT_MS),
    });
  } catch {
    note(`${host} does not answer, so there is no prebuilt worker to download.`);
    return false;
  }
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(DOWNLOAD_TIMEOUT_MS) });
    if (!response.ok) {
      note(`${host} has no prebuilt worker for this system (HTTP ${response.status}).`);
      return false;
    }
    const archive = path.join(work, "worker.tgz");
    await writeFile(archive, Buffer.from(await response.arrayBuffer()));
    const unpacked = await runCommand("tar", ["xzf", archive, "-C", work]);
    if (unpacked.code !== 0 || !(await exists(candidate))) {
      note(`What ${host} sent is not the archive that was expected.`);
      return false;
    }
    await chmod(candidate, 0o755);
    return true;
  } catch (error) {
    note(`The download from ${host} failed: ${error instanceof Error ? error.message : String(error)}.`);
    return false;
  }
}

async function canBuild(): Promise<boolean> {
  return process.platform === "linux" && (await usesApt());
}

/** Whether nobody has to be asked to install anything for it. */
async function canBuildUnasked(): Promise<boolean> {
  return (await canBuild()) && (await canHaveAptPackages(BUILD_PACKAGES));
}

async function build(
  packageFolder: string,
  version: string,
  candidate: string,
  note: (text: string) => void,
): Promise<void> {
  if (!(await canBuild())) {
    throw new StepError(
      `There is no prebuilt mediasoup worker ${version} within reach, and building one is prepared for Debian and Ubuntu only.`,
      "Make the download host reachable, or build mediasoup-worker by its own instructions and name it in MEDIASOUP_WORKER_BIN.",
    );
  }
  await ensureAptPackages(BUILD_PACKAGES, "to build the mediasoup worker");
  note("Building the mediasoup worker from source: about 4 minutes on 2 cores, once.");
  const script = path.join(projectRoot, "scripts/setup/build-mediasoup-worker.sh");
  const result = await runCommand("bash", [script, packageFolder, candidate]);
  if (result.code !== 0) {
    throw new StepError(
      `The mediasoup worker could not be built:\n${lastLines(result.output, 25)}`,
      "Set MEDIASOUP_WORKER_BIN to a worker that you built or downloaded by other means.",
    );
  }
}
