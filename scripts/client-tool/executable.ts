// Puts the script and the native parts into Node's executable: https://nodejs.org/docs/latest-v22.x/api/single-executable-applications.html
import { chmod, copyFile, mkdtemp, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import type { ToolPlatform } from "@/protocol/control";
import { projectRoot } from "../setup/project.mjs";
import { StepError } from "../setup/report.mjs";
import { lastLines, runCommand } from "../setup/run-command";
import { pinnedFile, TOOL_CACHE } from "./fetch-package";
import { signAdHoc, withoutSignature } from "./macos/code-signature";
import { platformParts } from "./pinned-packages";
import { describeProgram } from "./windows/describe-program";

/** In Node's binary; its last digit says whether something has been put in. */
export const SEA_FUSE = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2";
const BLOB_TIMEOUT_MS = 60_000;
const INJECT_TIMEOUT_MS = 180_000;
const POSTJECT = path.join(projectRoot, "node_modules/postject/dist/cli.js");

export type ExecutableOptions = {
  platform: ToolPlatform;
  version: string;
  script: string;
  /** Where the executable goes. */
  file: string;
  /** Other files of the bundle that a signature of macOS covers; none: a program by itself. */
  sealed?: { infoPlist: Buffer; codeResources: Buffer };
};

/** @throws StepError */
export async function makeExecutable(options: ExecutableOptions): Promise<void> {
  const { platform, script, file, version } = options;
  const work = await mkdtemp(path.join(path.dirname(file), "making-"));
  try {
    const blob = await makeBlob(platform, script, work);
    const made = path.join(work, path.basename(file));
    await copyRuntime(platform, made);
    await inject(platform, made, blob);
    if (platform === "windows") await writeFile(made, describeProgram(await readFile(made), version));
    if (platform === "macos") await writeFile(made, signAdHoc(await readFile(made), options.sealed));
    await chmod(made, 0o755);
    await rename(made, file);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/**
 * The blob is the same whichever system reads it, as long as it was made by the same version of Node and holds no compiled code:
 * so the Linux runtime makes all three.
 */
async function makeBlob(platform: ToolPlatform, script: string, work: string): Promise<string> {
  const main = path.join(work, "main.cjs");
  const output = path.join(work, "blob");
  const config = path.join(work, "sea.json");
  await writeFile(main, script);
  const assets: Record<string, string> = {};
  for (const [name, part] of Object.entries(platformParts[platform].native)) {
    assets[name] = await nativePart(platform, await pinnedFile(part));
  }
  await writeFile(
    config,
    JSON.stringify({
      main,
      output,
      assets,
      disableExperimentalSEAWarning: true,
      useSnapshot: false,
      useCodeCache: false,
    }),
  );
  const builder = path.join(work, "node");
  await copyFile(await pinnedFile(platformParts.linux.runtime), builder);
  await chmod(builder, 0o755);
  const result = await runCommand(builder, ["--experimental-sea-config", config], {
    timeoutMs: BLOB_TIMEOUT_MS,
    env: { NODE_ENV: "production" },
  });
  if (result.code !== 0) {
    throw new StepError(
      `Node could not put the Client Tool together:\n${lastLines(result.output)}`,
      "The Client Tool is built on Linux x64 with glibc 2.28 or newer.",
    );
  }
  return output;
}

/** As a process of its own: it warns of section names that are nobody's concern, in the middle of the release's own words. */
async function inject(platform: ToolPlatform, program: string, blob: string): Promise<void> {
  const result = await runCommand(
    process.execPath,
    [
      ...[POSTJECT, program, "NODE_SEA_BLOB", blob, "--sentinel-fuse", SEA_FUSE],
      ...(platform === "macos" ? ["--macho-segment-name", "NODE_SEA"] : []),
    ],
    { timeoutMs: INJECT_TIMEOUT_MS },
  );
  if (result.code !== 0) {
    throw new StepError(`The parts could not be put into Node for ${platform}:\n${lastLines(result.output)}`);
  }
}

async function copyRuntime(platform: ToolPlatform, to: string): Promise<void> {
  const runtime = await pinnedFile(platformParts[platform].runtime);
  if (platform === "linux") return await copyFile(await stripped(runtime), to);
  if (platform === "macos") return await writeFile(to, withoutSignature(await readFile(runtime)));
  await copyFile(runtime, to);
}

async function nativePart(platform: ToolPlatform, file: string): Promise<string> {
  return platform === "linux" ? await stripped(file) : file;
}

/** Without the symbols that only a debugger reads: 18 MB of Node's 125. Where binutils is missing they stay. */
async function stripped(file: string): Promise<string> {
  const kept = path.join(TOOL_CACHE, `${path.basename(file)}-stripped`);
  if ((await stat(kept).catch(() => null)) !== null) return kept;
  const making = `${kept}-${process.pid}`;
  const result = await runCommand("strip", ["--strip-all", "-o", making, file]).catch(() => null);
  if (result?.code !== 0) return file;
  await rename(making, kept);
  return kept;
}
