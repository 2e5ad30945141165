import { rm } from "node:fs/promises";
import { parseJson } from "@/lib/parse-json";
import type { ToolPlatform } from "@/protocol/control";
import { compareVersions, MANIFEST_PATH, type ReleaseManifest } from "@/protocol/release-manifest";
import { withDeadline } from "../deadline";
import type { Network } from "../network/network";
import { removeLater } from "../unpacked";
import { DamagedFileError, downloadFile } from "./download";
import { get } from "./get";
import { installationOf, programOf, putInPlace, updatePlace } from "./installation";
import { NotStartedError, sayThatWeRun, startUpdated, UPDATED_VARIABLE } from "./start-updated";
import type { ThisRelease } from "./this-release";
import { type UpdateObstacle, updateTexts } from "./update-texts";
import { ManifestError, verifyManifest } from "./verify-manifest";

/** The customer waits meanwhile, and without a newer version the tool works as well. */
const MANIFEST_TIMEOUT_MS = 5_000;
const OPTIONAL_UPDATE_TIMEOUT_MS = 60_000;
const LONGEST_MANIFEST_BYTES = 262_144;

export interface UpdateRun {
  /** Of the management server. */
  readonly origin: string;
  readonly network: Network;
  readonly version: string;
  readonly platform: ToolPlatform;
  /** What the build wrote into this one; null for a tool that runs from its source. */
  readonly release: ThisRelease | null;
  /** `process.execPath` */
  readonly executable: string;
  /** Without the executable and the script. */
  readonly args: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  readonly language: "ja" | "en";
  /** Shows a sentence to the customer. */
  readonly say: (text: string) => void;
  readonly signal: AbortSignal;
}

export type UpdateOutcome =
  /** This one goes on. The notice is for the terminal: null when there is nothing to say. */
  | { readonly is: "upToDate"; readonly obstacle: UpdateObstacle | null; readonly notice: string | null }
  /** The new one runs: show and do nothing more, and end with its exit code. */
  | { readonly is: "handedOver"; readonly ended: Promise<number> }
  /** The service takes no version as old as this, and it could not be renewed. */
  | { readonly is: "tooOld"; readonly obstacle: UpdateObstacle; readonly notice: string };

/**
 * Looks whether the service has a newer version of the tool, and if so puts it in this one's place and starts it. Call it before the pairing is
 * redeemed: a token works once, and the new one needs it.
 *
 * @throws AbortError alone; everything else is an outcome
 */
export async function bringUpToDate(run: UpdateRun): Promise<UpdateOutcome> {
  // An update that looked for updates could do so for ever.
  if (run.environment[UPDATED_VARIABLE] !== undefined) {
    sayThatWeRun();
    return goOn(run, null);
  }
  // A source has nothing to replace.
  if (run.release === null) return goOn(run, null);
  let found: FoundManifest | null;
  try {
    found = await fetchManifest(run, run.release);
  } catch (error) {
    run.signal.throwIfAborted();
    return goOn(run, error instanceof ManifestError ? error.fault : "offline");
  }
  if (found === null) return goOn(run, null);
  const { manifest } = found;
  const difference = compareVersions(manifest.version, run.version);
  if (difference < 0) return goOn(run, "downgrade");
  if (difference === 0) return goOn(run, null);
  const isRequired = compareVersions(run.version, manifest.minimumVersion) < 0;
  try {
    if (isRequired) return await update(run, found, run.signal);
    return await withDeadline(run.signal, OPTIONAL_UPDATE_TIMEOUT_MS, (signal) => update(run, found, signal));
  } catch (error) {
    run.signal.throwIfAborted();
    const obstacle = obstacleOf(error);
    if (!isRequired) return goOn(run, obstacle);
    const texts = updateTexts(run.language);
    return { is: "tooOld", obstacle, notice: `${texts.obstacles[obstacle]}\n${texts.tooOld}` };
  }
}

function goOn({ language }: UpdateRun, obstacle: UpdateObstacle | null): UpdateOutcome {
  const notice = obstacle === null ? null : updateTexts(language).obstacles[obstacle];
  return { is: "upToDate", obstacle, notice };
}

interface FoundManifest {
  readonly manifest: ReleaseManifest;
  readonly url: URL;
}

/** @returns null when nothing is published @throws ManifestError, Error of the network */
async function fetchManifest(run: UpdateRun, release: ThisRelease): Promise<FoundManifest | null> {
  return await withDeadline(run.signal, MANIFEST_TIMEOUT_MS, (signal) => readManifest(run, release, signal));
}

async function readManifest(
  run: UpdateRun,
  release: ThisRelease,
  signal: AbortSignal,
): Promise<FoundManifest | null> {
  const { response, url } = await get(run.network, new URL(MANIFEST_PATH, run.origin), { signal });
  if (response.statusCode === 404) {
    response.destroy();
    return null;
  }
  if (response.statusCode !== 200) {
    response.destroy();
    throw new Error(`The download server answered ${response.statusCode}.`);
  }
  let text = "";
  response.setEncoding("utf8");
  for await (const part of response) {
    text += String(part);
    if (text.length > LONGEST_MANIFEST_BYTES) throw new ManifestError("malformed");
  }
  return { manifest: verifyManifest(parseJson(text), release, new Date()), url };
}

/** Thrown when a release has nothing for this system. */
class NoFileError extends Error {}

async function update(
  run: UpdateRun,
  { manifest, url }: FoundManifest,
  signal: AbortSignal,
): Promise<UpdateOutcome> {
  const texts = updateTexts(run.language);
  const file = manifest.files.find(({ platform }) => platform === run.platform);
  if (!file) throw new NoFileError();
  const place = updatePlace(installationOf(run.executable));
  const downloaded = `${place.product}.download`;
  let shownPercent = -1;
  run.say(texts.updating(0));
  await downloadFile({
    network: run.network,
    manifestUrl: url,
    file,
    to: downloaded,
    mode: 0o700,
    onProgress: (fraction) => {
      const percent = Math.floor(fraction * 100);
      if (percent === shownPercent) return;
      shownPercent = percent;
      run.say(texts.updating(percent));
    },
    signal,
  });
  run.say(texts.starting);
  const replaced = await putInPlace(downloaded, run.platform, place).catch(async (error: unknown) => {
    await rm(downloaded, { force: true });
    throw error;
  });
  try {
    const { ended } = await startUpdated(programOf(place), run.args, run.environment);
    const remaining = await replaced.finish();
    return { is: "handedOver", ended: remaining === null ? ended : endedAndRemoved(ended, remaining) };
  } catch (error) {
    await replaced.rollBack();
    throw error;
  }
}

/** On Windows this very program is the old file: another process removes it when this one has ended. */
async function endedAndRemoved(ended: Promise<number>, file: string): Promise<number> {
  const code = await ended;
  removeLater(file);
  return code;
}

function obstacleOf(error: unknown): UpdateObstacle {
  if (error instanceof NoFileError) return "noFile";
  if (error instanceof DamagedFileError) return "damaged";
  if (error instanceof NotStartedError) return "notStarted";
  return "interrupted";
}
