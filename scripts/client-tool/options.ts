import { readFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { type ToolPlatform, toolPlatformSchema, toolPlatforms } from "@/protocol/control";
import { type Channel, channelSchema, versionSchema } from "@/protocol/release-manifest";
import { projectRoot } from "../setup/project.mjs";
import { StepError } from "../setup/report.mjs";

export type BuildOptions = { platforms: ToolPlatform[]; version: string; channel: Channel };

/** The options that building and releasing share. */
export const buildOptionNames = {
  platform: { type: "string", multiple: true },
  version: { type: "string" },
  channel: { type: "string" },
} as const;

/** @throws StepError that names what is wrong */
export async function readBuildOptions(args: string[]): Promise<BuildOptions> {
  return await checkBuildOptions(parsed(() => parseArgs({ args, options: buildOptionNames }).values));
}

/** @throws StepError in place of what `parseArgs` throws */
export function parsed<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new StepError(error instanceof Error ? error.message : String(error));
  }
}

export async function checkBuildOptions(values: {
  platform?: string[] | undefined;
  version?: string | undefined;
  channel?: string | undefined;
}): Promise<BuildOptions> {
  const names = (values.platform ?? []).flatMap((text) => text.split(",")).filter((name) => name !== "");
  const platforms = names.map((name) => {
    const platform = toolPlatformSchema.safeParse(name);
    if (platform.success) return platform.data;
    throw new StepError(
      `"${name}" is no system of the Client Tool.`,
      `Choose of ${toolPlatforms.join(", ")}.`,
    );
  });
  const version = versionSchema.safeParse(values.version ?? (await ownVersion()));
  if (!version.success) throw new StepError("--version is not of the form 1.2.3.");
  const channel = channelSchema.safeParse(values.channel ?? "stable");
  if (!channel.success) throw new StepError("--channel is neither stable nor beta.");
  return {
    platforms: platforms.length > 0 ? platforms : [...toolPlatforms],
    version: version.data,
    channel: channel.data,
  };
}

export async function ownVersion(): Promise<unknown> {
  const manifest: { version: unknown } = JSON.parse(
    await readFile(path.join(projectRoot, "package.json"), "utf8"),
  );
  return manifest.version;
}
