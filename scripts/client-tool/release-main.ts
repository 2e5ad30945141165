// `npm run release [-- --channel stable] [--platform=linux,…] [--minimum-version 1.2.0] [--valid-days 90] [--out <folder> | --s3 s3://bucket/prefix]`
import path from "node:path";
import { parseArgs } from "node:util";
import { compareVersions, type ReleaseManifest, versionSchema } from "@/protocol/release-manifest";
import { projectRoot } from "../setup/project.mjs";
import { StepError, step } from "../setup/report.mjs";
import { buildTool } from "./build";
import { buildOptionNames, checkBuildOptions, parsed } from "./options";
import { folderTarget, publish, s3Target, type Target } from "./publish";
import { type PreparedFile, prepareFile } from "./release-file";
import { loadReleaseKey } from "./release-key";
import { signManifest } from "./sign-manifest";

const DEFAULT_VALID_DAYS = 90;
const MAX_VALID_DAYS = 400;
const DAY_MS = 24 * 60 * 60_000;

export async function main(args: string[]): Promise<void> {
  const { values } = parsed(() =>
    parseArgs({
      args,
      options: {
        ...buildOptionNames,
        "minimum-version": { type: "string" },
        "valid-days": { type: "string" },
        out: { type: "string" },
        s3: { type: "string" },
      },
    }),
  );
  const { platforms, version, channel } = await checkBuildOptions(values);
  const minimumVersion = checkMinimum(values["minimum-version"] ?? "0.0.0", version);
  const validDays = checkDays(values["valid-days"]);
  const target = chooseTarget(values.out, values.s3);
  const key = await loadReleaseKey(process.env);

  const files: PreparedFile[] = [];
  for (const platform of platforms) {
    files.push(
      await step(`Client Tool ${version} for ${platform}`, async ({ note }) => {
        const built = await buildTool({ platform, identity: { version, channel, publicKey: key.publicKey } });
        const prepared = await prepareFile(built, version, process.env);
        const { sizeBytes, compressed } = prepared.file;
        note(`${megabytes(sizeBytes)}, ${megabytes(compressed.sizeBytes)} to download.`);
        return prepared;
      }),
    );
  }
  const issuedAt = new Date();
  const manifest: ReleaseManifest = {
    format: 1,
    version,
    minimumVersion,
    channel,
    issuedAt: issuedAt.toISOString(),
    expiresAt: new Date(issuedAt.getTime() + validDays * DAY_MS).toISOString(),
    files: files.map(({ file }) => file),
  };
  await step(`Publish to ${target.name}`, () => publish(target, files, signManifest(manifest, key)));
  console.log(
    `  Signed with the key ${key.keyId}. Valid until ${manifest.expiresAt.slice(0, 10)}: release again before then.`,
  );
}

function chooseTarget(out: string | undefined, s3: string | undefined): Target {
  if (out !== undefined && s3 !== undefined) throw new StepError("Choose one of --out and --s3.");
  if (s3 !== undefined) return s3Target(s3, process.env);
  const dataFolder = path.resolve(projectRoot, process.env.DATA_DIR || ".data");
  return folderTarget(path.resolve(out ?? (process.env.DOWNLOAD_DIR || path.join(dataFolder, "download"))));
}

function checkMinimum(text: string, version: string): string {
  const minimum = versionSchema.safeParse(text);
  if (!minimum.success) throw new StepError("--minimum-version is not of the form 1.2.3.");
  if (compareVersions(minimum.data, version) > 0) {
    throw new StepError("--minimum-version is newer than the release itself: nobody could start it.");
  }
  return minimum.data;
}

function checkDays(text: string | undefined): number {
  const days = text === undefined ? DEFAULT_VALID_DAYS : Number(text);
  if (Number.isInteger(days) && days >= 1 && days <= MAX_VALID_DAYS) return days;
  throw new StepError(`--valid-days is not a whole number from 1 to ${MAX_VALID_DAYS}.`);
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
