// Builds the Client Tool's executables into build/client-tool/<platform>-<arch>/, as far as they are not there already.
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import type { ToolPlatform } from "@/protocol/control";
import { projectRoot, sha256 } from "../setup/project.mjs";
import { lockForBuilding } from "./build-lock";
import { bundleTool, type ReleaseIdentity } from "./bundle-tool";
import { makeExecutable } from "./executable";
import { APP_FOLDER, appFiles, EXECUTABLE_PATH } from "./macos/bundle";
import { platformParts } from "./pinned-packages";

export type BuiltTool = {
  platform: ToolPlatform;
  arch: "x64" | "arm64";
  /** What is signed and published: the executable, for macOS the bundle's folder. */
  product: string;
  /** The executable itself. */
  executable: string;
};

export type BuildRequest = {
  platform: ToolPlatform;
  identity: ReleaseIdentity;
  /** Other places and scripts are for tests. */
  folder?: string;
  entry?: string;
};

export const TOOL_FOLDER = path.join(projectRoot, "build", "client-tool");

/** Where a system's build is, whether or not it is there. */
export function builtTool(platform: ToolPlatform, folder: string = TOOL_FOLDER): BuiltTool {
  const { arch } = platformParts[platform];
  const home = path.join(folder, `${platform}-${arch}`);
  if (platform === "macos") {
    const product = path.join(home, APP_FOLDER);
    return { platform, arch, product, executable: path.join(product, EXECUTABLE_PATH) };
  }
  const executable = path.join(home, platform === "windows" ? "madoguchi.exe" : "madoguchi");
  return { platform, arch, product: executable, executable };
}

/**
 * Waits for another command that builds into the same folder.
 *
 * @returns the build, and whether anything had to be done for it
 * @throws StepError
 */
export async function buildTool(request: BuildRequest): Promise<BuiltTool & { isNew: boolean }> {
  const lock = await lockForBuilding(request.folder ?? TOOL_FOLDER);
  try {
    return await buildAlone(request);
  } finally {
    await lock.release();
  }
}

async function buildAlone(request: BuildRequest): Promise<BuiltTool & { isNew: boolean }> {
  const { platform, identity, entry } = request;
  const built = builtTool(platform, request.folder);
  const script = await bundleTool(platform, identity, entry);
  const inputs = await fingerprint(script, request);
  const stamp = path.join(path.dirname(built.product), "inputs.sha256");
  const former = await readFile(stamp, "utf8").catch(() => "");
  if (former === inputs && existsSync(built.executable)) return { ...built, isNew: false };

  await rm(path.dirname(built.product), { recursive: true, force: true });
  await mkdir(path.dirname(built.executable), { recursive: true });
  const files = platform === "macos" ? appFiles(identity.version) : undefined;
  if (files) {
    const contents = path.join(built.product, "Contents");
    await mkdir(path.join(contents, "_CodeSignature"), { recursive: true });
    await mkdir(path.join(contents, "Resources"), { recursive: true });
    await writeFile(path.join(contents, "Info.plist"), files.infoPlist);
    await writeFile(path.join(contents, "_CodeSignature/CodeResources"), files.codeResources);
    await writeFile(path.join(contents, "Resources/madoguchi.icns"), files.icon);
  }
  await makeExecutable({
    platform,
    version: identity.version,
    script,
    file: built.executable,
    ...(files && { sealed: files }),
  });
  await writeFile(stamp, inputs);
  return { ...built, isNew: true };
}

/** The script says what the tool does; the rest how it is wrapped: the pinned parts and this very folder. */
async function fingerprint(script: string, { platform, identity }: BuildRequest): Promise<string> {
  const hash = createHash("sha256")
    .update(script)
    .update(JSON.stringify([platform, identity, platformParts[platform]]));
  const folder = path.join(projectRoot, "scripts/client-tool");
  const sources = (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter(
      (found) =>
        found.isFile() &&
        !/[\\/]testing$/.test(found.parentPath) &&
        !/\.test\.|release|publish/.test(found.name),
    )
    .map((found) => path.join(found.parentPath, found.name))
    .sort();
  for (const source of sources) hash.update(sha256(await readFile(source)));
  return hash.digest("hex");
}
