// Where a release goes. Files come first and the manifest last, and nothing that is there is changed or removed: whoever loads an older
// file meanwhile gets it whole, and at every moment the manifest speaks of files that are there.
import { mkdir, open, rename, stat } from "node:fs/promises";
import path from "node:path";
import { AwsClient } from "aws4fetch";
import type { SignedManifest } from "@/protocol/release-manifest";
import { StepError } from "../setup/report.mjs";
import type { PreparedFile } from "./release-file";

const MANIFEST_NAME = "manifest.json";
const IMMUTABLE = "public, max-age=31536000, immutable";

export type Target = {
  /** For people. */
  readonly name: string;
  put(file: PreparedFile): Promise<void>;
  putManifest(manifest: SignedManifest): Promise<void>;
};

/** @throws whatever stopped it; the manifest is then the former one */
export async function publish(
  target: Target,
  files: PreparedFile[],
  manifest: SignedManifest,
): Promise<void> {
  for (const file of files) await target.put(file);
  await target.putManifest(manifest);
}

/** A folder that this server or any other hands out: each file beside its compressed form (`.br`). */
export function folderTarget(folder: string): Target {
  return {
    name: folder,
    put: async ({ file, content, compressed }) => {
      const to = path.join(folder, file.path);
      await mkdir(path.dirname(to), { recursive: true });
      await writeOnce(`${to}.br`, compressed);
      await writeOnce(to, content);
    },
    putManifest: async (manifest) => {
      await mkdir(folder, { recursive: true });
      await writeWhole(path.join(folder, MANIFEST_NAME), Buffer.from(JSON.stringify(manifest)));
    },
  };
}

/** The name holds the content's hash: what is there already is the same. */
async function writeOnce(file: string, content: Buffer): Promise<void> {
  const there = await stat(file).catch(() => null);
  if (there?.size !== content.length) await writeWhole(file, content);
}

async function writeWhole(file: string, content: Buffer): Promise<void> {
  const making = `${file}.${process.pid}.new`;
  const handle = await open(making, "w", 0o644);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(making, file);
}

/**
 * Storage that speaks S3: credentials and place come from `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`, `AWS_REGION` and, for others
 * than Amazon's, `AWS_ENDPOINT_URL`. Each file is stored once, compressed, and says so (`Content-Encoding: br`), as storage
 * does not choose by what a browser takes; every one takes it over HTTPS.
 *
 * @param address `s3://bucket/prefix`
 * @throws StepError when something is missing
 */
export function s3Target(address: string, variables: NodeJS.ProcessEnv): Target {
  const [, bucket, prefix = ""] =
    /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*?))?\/?$/.exec(address) ?? [];
  if (bucket === undefined) throw new StepError(`${address} is not of the form s3://bucket/prefix.`);
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = variables;
  if (!accessKeyId || !secretAccessKey) {
    throw new StepError("Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY to publish to S3.");
  }
  const region = variables.AWS_REGION || "us-east-1";
  const client = new AwsClient({
    accessKeyId,
    secretAccessKey,
    service: "s3",
    region,
    ...(variables.AWS_SESSION_TOKEN && { sessionToken: variables.AWS_SESSION_TOKEN }),
  });
  const endpoint = (variables.AWS_ENDPOINT_URL || `https://s3.${region}.amazonaws.com`).replace(/\/$/, "");
  const put = async (name: string, body: Buffer, headers: Record<string, string>) => {
    const key = [prefix, name].filter((part) => part !== "").join("/");
    const response = await client.fetch(`${endpoint}/${bucket}/${key}`, {
      method: "PUT",
      // A view of its own: a Buffer may share its memory with others.
      body: new Uint8Array(body),
      headers: { ...headers, "content-length": String(body.length) },
    });
    if (!response.ok) {
      throw new StepError(
        `The storage answered ${response.status} to ${key}: ${(await response.text()).slice(0, 300)}`,
      );
    }
  };
  return {
    name: address,
    put: ({ file, compressed }) =>
      put(file.path, compressed, {
        "content-type": "application/octet-stream",
        "content-encoding": file.compressed.encoding,
        "cache-control": IMMUTABLE,
      }),
    putManifest: (manifest) =>
      put(MANIFEST_NAME, Buffer.from(JSON.stringify(manifest)), {
        "content-type": "application/json",
        "cache-control": "no-cache",
      }),
  };
}
