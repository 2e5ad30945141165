// The Client Tool's place on the download server is filled by itself where nobody else does it, so that control of a machine can be tried
// right after the first start. It goes on beside everything else, at the lowest priority, and the product serves meanwhile.
import { readFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import {
  compareVersions,
  type ReleaseManifest,
  readManifestPayload,
  signedManifestSchema,
  versionSchema,
} from "@/protocol/release-manifest";
import { ownVersion } from "../client-tool/options";
import { projectRoot } from "../setup/project.mjs";
import { elapsed } from "../setup/report.mjs";
import { type CommandResult, lastLines, runCommand } from "../setup/run-command";
import type { StartEnvironment } from "./environment";

/** A manifest that expires sooner than this is made anew: tools believe an expired one no more. */
const RENEW_BEFORE_MS = 14 * 24 * 60 * 60_000;
const LOOK_AGAIN_MS = 24 * 60 * 60_000;

/** Why a release is to be made now; null when there is nothing to do. */
export type ReleaseReason = "missing" | "older" | "expires" | null;

/** @param published null when there is none, or none that can be read */
export function releaseReason(
  published: ReleaseManifest | null,
  ownVersion: string,
  now: Date,
): ReleaseReason {
  if (published === null) return "missing";
  const order = compareVersions(published.version, ownVersion);
  if (order > 0) return null;
  if (order < 0 && !isSystemSigned(published)) return "older";
  return Date.parse(published.expiresAt) - now.getTime() < RENEW_BEFORE_MS ? "expires" : null;
}

/** A signature of the system's came from somebody's own hands, and what is built anew would have to come from there again. */
function isSystemSigned({ files }: ReleaseManifest): boolean {
  return files.some((file) => file.isSystemSigned);
}

interface ReleaserOptions {
  environment: Pick<
    StartEnvironment,
    "CLIENT_TOOL_RELEASE" | "DATA_DIR" | "DOWNLOAD_DIR" | "DOWNLOAD_URL" | "isProduction"
  >;
  variables: NodeJS.ProcessEnv;
  /** Aborts when everything stops. */
  signal: AbortSignal;
  say: (sentence: string) => void;
}

/** Says how the download server is filled, and fills it where it may; looks again every day. Resolves when that is said or done. */
export async function keepReleased(options: ReleaserOptions): Promise<void> {
  await lookAfter(options);
  const timer = setInterval(() => void lookAfter(options), LOOK_AGAIN_MS);
  timer.unref();
  options.signal.addEventListener("abort", () => clearInterval(timer), { once: true });
}

async function lookAfter(options: ReleaserOptions): Promise<void> {
  const { environment, signal, say } = options;
  // Handed out elsewhere, it is published elsewhere.
  if (environment.DOWNLOAD_URL !== undefined || signal.aborted) return;
  const folder = environment.DOWNLOAD_DIR ?? path.join(environment.DATA_DIR, "download");
  const version = versionSchema.parse(await ownVersion());
  const published = await readPublished(folder);
  const reason = releaseReason(published, version, new Date());
  if (reason === null) return;
  if (environment.isProduction || environment.CLIENT_TOOL_RELEASE === "manual") {
    if (reason === "missing") say("Control needs the Client Tool, and none is published: `npm run release`.");
    return;
  }
  if (reason === "expires" && published !== null) {
    if ((await renew(published, options)) || isSystemSigned(published)) return;
  }
  await release(version, published, options);
}

/** Prolongs what is published, without building it, which takes a second. @returns false when that cannot be done */
async function renew({ version }: ReleaseManifest, options: ReleaserOptions): Promise<boolean> {
  const { signal, say } = options;
  const { code, output } = await runRelease(["--renew"], options);
  if (signal.aborted) return true;
  say(
    code === 0
      ? `Client Tool: ${version} stays published for another while.`
      : `Client Tool: ${version} could not be prolonged.\n${lastLines(output)}`,
  );
  return code === 0;
}

async function release(
  version: string,
  published: ReleaseManifest | null,
  options: ReleaserOptions,
): Promise<void> {
  const { say, signal } = options;
  const startedAt = performance.now();
  say(
    published === null
      ? "Client Tool: being built beside this, for about a minute; until then there is no control of a customer's machine."
      : `Client Tool: ${version} is being built beside this; ${published.version} is handed out until then.`,
  );
  const kept =
    published === null ? [] : ["--channel", published.channel, "--minimum-version", published.minimumVersion];
  const { code, output } = await runRelease(kept, options);
  if (signal.aborted) return;
  say(
    code === 0
      ? `Client Tool: ${version} is published (${elapsed(startedAt)}).`
      : `Client Tool: it could not be published, and everything else goes on. \`npm run release\` tries again.\n${lastLines(output)}`,
  );
}

async function runRelease(
  args: readonly string[],
  { environment, variables }: ReleaserOptions,
): Promise<CommandResult> {
  return await runCommand(process.execPath, ["scripts/release.mjs", ...args], {
    cwd: projectRoot,
    env: { ...variables, DATA_DIR: environment.DATA_DIR },
    onStarted: (pid) => os.setPriority(pid, os.constants.priority.PRIORITY_LOW),
  });
}

/** As the download server has it; what cannot be read is as good as none. */
async function readPublished(folder: string): Promise<ReleaseManifest | null> {
  try {
    const text = await readFile(path.join(folder, "manifest.json"), "utf8");
    return readManifestPayload(signedManifestSchema.parse(JSON.parse(text)));
  } catch {
    return null;
  }
}
