import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { get } from "node:http";
import { join } from "node:path";
import { promisify } from "node:util";
import { type ToolPlatform, toolPlatforms } from "@/protocol/control";
import { type ReleaseFile, releaseManifestSchema, signedManifestSchema } from "@/protocol/release-manifest";
import { PUBLISH_TIMEOUT_MS } from "../../fixtures/client-tool";
import type { Stack } from "../../fixtures/stack";

const run = promisify(execFile);

/** One system's download. */
export interface Served {
  readonly platform: ToolPlatform;
  readonly sizeBytes: number;
  /** What went over the line. */
  readonly servedBytes: number;
}

export interface Release {
  readonly folder: string;
  readonly files: readonly ReleaseFile[];
}

/** Builds the tool for all systems and publishes it, or for Linux alone where the parts of the others cannot be had. */
export async function publishRelease({ dataDir }: Stack, say: (line: string) => void): Promise<Release> {
  const folder = join(dataDir, "download");
  const publish = (platforms: string) =>
    run(process.execPath, ["scripts/release.mjs", `--platform=${platforms}`, "--out", folder], {
      env: { ...process.env, DATA_DIR: dataDir },
      timeout: PUBLISH_TIMEOUT_MS,
    });
  try {
    await publish(toolPlatforms.join(","));
  } catch (error) {
    say(`  for Linux alone: ${error instanceof Error ? error.message.split("\n")[0] : error}`);
    await publish("linux");
  }
  const signed = signedManifestSchema.parse(
    JSON.parse(await readFile(join(folder, "manifest.json"), "utf8")),
  );
  const payload = Buffer.from(signed.payload, "base64url").toString();
  return { folder, files: releaseManifestSchema.parse(JSON.parse(payload)).files };
}

/** Downloads each file from the product as a browser does. */
export async function measureSizes({ url }: Stack, { files }: Release): Promise<Served[]> {
  const served: Served[] = [];
  for (const { platform, path, sizeBytes } of files) {
    served.push({ platform, sizeBytes, servedBytes: await bytesOf(new URL(`/download/${path}`, url)) });
  }
  return served;
}

/** Of the body, as it comes over the line. */
async function bytesOf(url: URL): Promise<number> {
  return await new Promise((resolve, reject) => {
    get(url, { headers: { "accept-encoding": "gzip, deflate, br" } }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`${url} answered ${response.statusCode}.`));
      let bytes = 0;
      response.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
      });
      response.once("end", () => resolve(bytes));
      response.once("error", reject);
    }).once("error", reject);
  });
}
