// The Client Tool as tests build and publish it: one build for all of them, with a key of its own, which nothing that is handed out knows.
import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { type ToolPlatform, toolPlatforms } from "@/protocol/control";
import { versionSchema } from "@/protocol/release-manifest";
import { projectRoot } from "../../setup/project.mjs";
import { type BuiltTool, buildTool } from "../build";
import { ownVersion } from "../options";
import { type PreparedFile, prepareFile } from "../release-file";
import { loadReleaseKey } from "../release-key";

const FOLDER = path.join(projectRoot, "build", "client-tool-test");
/** The first time on a machine the runtimes are fetched, 150 MB in all. */
export const PUBLISH_TIMEOUT_MS = 900_000;

/** Builds a system's executable as `npm run release` does, unless it is there. */
export async function buildForTests(platform: ToolPlatform): Promise<BuiltTool> {
  const { publicKey } = await loadReleaseKey({ NODE_ENV: "test", DATA_DIR: FOLDER });
  return await buildTool({
    platform,
    identity: { version: await testVersion(), channel: "stable", publicKey },
    folder: FOLDER,
  });
}

/** The same, and compressed for being handed out, which takes as long again. */
export async function prepareForTests(
  platform: ToolPlatform,
): Promise<{ built: BuiltTool; prepared: PreparedFile }> {
  const built = await buildForTests(platform);
  return { built, prepared: await prepareFile(built, await testVersion(), { NODE_ENV: "test" }) };
}

async function testVersion(): Promise<string> {
  return versionSchema.parse(await ownVersion());
}

/** Publishes it into a folder with `npm run release`'s own script. @returns what that said */
export async function publishForTests(
  folder: string,
  platforms: readonly ToolPlatform[] = toolPlatforms,
): Promise<string> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["scripts/release.mjs", `--platform=${platforms}`, "--out", folder, "--build-folder", FOLDER],
    { cwd: projectRoot, env: { ...process.env, DATA_DIR: FOLDER }, timeout: PUBLISH_TIMEOUT_MS },
  );
  return stdout;
}
