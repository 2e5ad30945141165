// `npm run release [-- --channel stable] [--platform=linux,…] [--minimum-version 1.2.0] [--valid-days 90] [--out <folder> | --s3 s3://bucket/prefix]`
// `npm run release -- --renew [--valid-days 90] [--out … | --s3 …]` prolongs what is published.
import path from "node:path";
import { parseArgs } from "node:util";
import { type ToolPlatform, toolPlatforms } from "@/protocol/control";
import {
  compareVersions,
  type ReleaseManifest,
  readManifestHeader,
  readManifestPayload,
  type SignedManifest,
  versionSchema,
} from "@/protocol/release-manifest";
import { projectRoot } from "../setup/project.mjs";
import { elapsed, StepError, step } from "../setup/report.mjs";
import { buildTool } from "./build";
import { buildOptionNames, checkBuildOptions, parsed } from "./options";
import { folderTarget, publish, type Target } from "./publish";
import { s3Target } from "./publish-to-s3";
import { type PreparedFile, prepareFile } from "./release-file";
import { loadReleaseKey, type ReleaseKey } from "./release-key";
import { renewManifest, signManifest } from "./sign-manifest";

const DEFAULT_VALID_DAYS = 90;
const MAX_VALID_DAYS = 400;
const DAY_MS = 24 * 60 * 60_000;
const systemNames: Readonly<Record<ToolPlatform, string>> = {
  windows: "Windows",
  macos: "macOS",
  linux: "Linux",
};

export async function main(args: string[]): Promise<void> {
  const startedAt = performance.now();
  const { values } = parsed(() =>
    parseArgs({
      args,
      options: {
        ...buildOptionNames,
        "minimum-version": { type: "string" },
        "valid-days": { type: "string" },
        out: { type: "string" },
        s3: { type: "string" },
        renew: { type: "boolean", default: false },
        "new-key": { type: "boolean", default: false },
        "build-folder": { type: "string" },
      },
    }),
  );
  const { platforms, version, channel } = await checkBuildOptions(values);
  const minimumVersion = checkMinimum(values["minimum-version"] ?? "0.0.0", version);
  const validity = validFor(checkDays(values["valid-days"]));
  const target = chooseTarget(values.out, values.s3);
  const key = await loadReleaseKey(process.env);
  if (key.madeIn !== null) {
    console.log(`  A release key was made in ${key.madeIn}. Keep a copy of it in a safe place.`);
  }
  const published = await target.manifest();

  if (values.renew) {
    if (published === null) throw new StepError(`Nothing is published in ${target.name}.`);
    const { manifest, signed } = renewManifest(published, key, validity);
    await step(`Sign the manifest in ${target.name} anew`, () => target.putManifest(signed));
    console.log(`\nThe Client Tool ${manifest.version} stays published, valid until ${day(manifest)}.`);
    return;
  }
  if (published) compareWithPublished(published, { version, platforms, key, isNewKey: values["new-key"] });

  const files: PreparedFile[] = [];
  const folder = values["build-folder"];
  for (const platform of platforms) {
    files.push(
      await step(`Client Tool ${version} for ${systemNames[platform]}`, async ({ note }) => {
        const built = await buildTool({
          platform,
          identity: { version, channel, publicKey: key.publicKey },
          ...(folder !== undefined && { folder: path.resolve(folder) }),
        });
        const prepared = await prepareFile(built, version, process.env);
        const { sizeBytes, compressed, isSystemSigned } = prepared.file;
        const signed = isSystemSigned ? ", signed for the system" : "";
        note(`${megabytes(sizeBytes)}, ${megabytes(compressed.sizeBytes)} to download${signed}.`);
        return prepared;
      }),
    );
  }
  const manifest: ReleaseManifest = {
    format: 1,
    version,
    minimumVersion,
    channel,
    ...validity,
    files: files.map(({ file }) => file),
  };
  await step(`Publish to ${target.name}`, () => publish(target, files, signManifest(manifest, key)));
  const systems = new Intl.ListFormat("en").format(platforms.map((platform) => systemNames[platform]));
  console.log(`  Signed with the key ${key.keyId}.`);
  console.log(
    `\nThe Client Tool ${version} for ${systems} is published (${elapsed(startedAt)}). It is valid until ${day(manifest)}: \`npm run release -- --renew\` prolongs it.`,
  );
}

type NewRelease = { version: string; platforms: ToolPlatform[]; key: ReleaseKey; isNewKey: boolean };

/** @throws StepError when the release would come from somebody else than the former one, unless that is meant */
function compareWithPublished(
  published: SignedManifest,
  { version, platforms, key, isNewKey }: NewRelease,
): void {
  const { kid } = readManifestHeader(published);
  if (kid !== key.keyId && !isNewKey) {
    throw new StepError(
      `What is published there was signed with the key ${kid}, and this one is ${key.keyId}.`,
      "Give the former key in RELEASE_SIGNING_KEY (or its DATA_DIR). If it is lost or was changed on purpose, add --new-key: tools that are about go on without updates.",
    );
  }
  const former = readManifestPayload(published);
  if (compareVersions(former.version, version) > 0) {
    console.log(
      `  ${former.version} is published there: tools that are as new refuse to go back to ${version}.`,
    );
  }
  const missing = toolPlatforms.filter(
    (platform) => !platforms.includes(platform) && former.files.some((file) => file.platform === platform),
  );
  if (missing.length > 0) {
    const systems = new Intl.ListFormat("en").format(missing.map((platform) => systemNames[platform]));
    console.log(`  There will be none for ${systems} any more.`);
  }
}

function validFor(days: number): Pick<ReleaseManifest, "issuedAt" | "expiresAt"> {
  const issuedAt = new Date();
  return {
    issuedAt: issuedAt.toISOString(),
    expiresAt: new Date(issuedAt.getTime() + days * DAY_MS).toISOString(),
  };
}

function day({ expiresAt }: ReleaseManifest): string {
  return expiresAt.slice(0, 10);
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
