// `npm run build:client-tool [-- --platform=linux,windows,macos] [--version=1.2.3] [--channel=stable]`
import { stat } from "node:fs/promises";
import path from "node:path";
import { projectRoot } from "../setup/project.mjs";
import { step } from "../setup/report.mjs";
import { buildTool } from "./build";
import { readBuildOptions } from "./options";
import { loadReleaseKey } from "./release-key";

export async function main(args: string[]): Promise<void> {
  const options = await readBuildOptions(args);
  const { publicKey, madeIn } = await loadReleaseKey(process.env);
  if (madeIn !== null)
    console.log(`  A release key was made in ${madeIn}. Keep a copy of it in a safe place.`);
  const identity = { version: options.version, channel: options.channel, publicKey };
  for (const platform of options.platforms) {
    const built = await step(`Client Tool for ${platform}`, async ({ skip }) => {
      const result = await buildTool({ platform, identity });
      if (!result.isNew) skip();
      return result;
    });
    const { size } = await stat(built.executable);
    const where = path.relative(projectRoot, built.product);
    console.log(`  ${where}: ${Math.round(size / 1e6)} MB${built.isNew ? "" : ", as it was"}`);
  }
}
