// Publishes a release to storage that speaks S3: Amazon's, or one of the many that understand the same requests.
import { setTimeout as pause } from "node:timers/promises";
import { AwsClient } from "aws4fetch";
import { sha256 } from "../setup/project.mjs";
import { StepError } from "../setup/report.mjs";
import { MANIFEST_NAME, readManifest, type Target } from "./publish";

const IMMUTABLE = "public, max-age=31536000, immutable";
/** A line that is cut, or storage that is busy, is asked again, each time after twice as long. */
const TRIES = 5;
const FIRST_PAUSE_MS = 500;
const BUSY = new Set([408, 429, 500, 502, 503, 504]);
/** Of the stored bytes, so that what is there need not be sent again. */
const HASH_HEADER = "x-amz-meta-sha256";

type Send = { method: "GET" | "HEAD" | "PUT"; body?: Buffer; headers?: Record<string, string> };

/**
 * Storage that speaks S3: credentials and place come from `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`, `AWS_REGION` and, for others
 * than Amazon's, `AWS_ENDPOINT_URL`. Each file is stored once, compressed, and says so (`Content-Encoding: br`), as storage
 * does not choose by what a browser takes; every one takes it over HTTPS. Every request names the hash of its body, so that
 * storage refuses what was damaged on the way.
 *
 * @param address `s3://bucket/prefix`
 * @throws StepError when something is missing
 */
export function s3Target(
  address: string,
  variables: NodeJS.ProcessEnv,
  firstPauseMs: number = FIRST_PAUSE_MS,
): Target {
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
    // Its own retries are for answers alone, not for cut lines.
    retries: 0,
    ...(variables.AWS_SESSION_TOKEN && { sessionToken: variables.AWS_SESSION_TOKEN }),
  });
  const endpoint = (variables.AWS_ENDPOINT_URL || `https://s3.${region}.amazonaws.com`).replace(/\/$/, "");

  const send = async (key: string, { method, body, headers }: Send): Promise<Response> => {
    for (let attempt = 1; ; attempt++) {
      const failure = await client
        .fetch(`${endpoint}/${bucket}/${key}`, {
          method,
          headers: {
            ...headers,
            "x-amz-content-sha256": sha256(body ?? ""),
            ...(body && { "content-length": String(body.length) }),
          },
          // A view of its own: a Buffer may share its memory with others.
          ...(body && { body: new Uint8Array(body) }),
        })
        .catch((error: unknown) => wordsOf(error));
      if (typeof failure !== "string" && !BUSY.has(failure.status)) return failure;
      if (attempt === TRIES) {
        const why = typeof failure === "string" ? failure : await said(failure);
        throw new StepError(
          `The storage did not take ${key} in ${TRIES} tries: ${why}`,
          "What was published before is unchanged. Run the command again: what has arrived is not sent again.",
        );
      }
      if (typeof failure !== "string") await failure.body?.cancel();
      await pause(firstPauseMs * 2 ** (attempt - 1));
    }
  };
  const keyOf = (name: string) => [prefix, name].filter((part) => part !== "").join("/");
  const put = async (name: string, body: Buffer, headers: Record<string, string>) => {
    const key = keyOf(name);
    const response = await send(key, { method: "PUT", body, headers });
    if (!response.ok) throw refusal(key, response.status, await said(response));
    await response.body?.cancel();
  };

  return {
    name: address,
    manifest: async () => {
      const response = await send(keyOf(MANIFEST_NAME), { method: "GET" });
      const text = await response.text();
      if (response.ok) return readManifest(text, `${address}/${MANIFEST_NAME}`);
      // Where a key may not list, what is not there is denied to it like what it may not read.
      const isDenied = response.status === 403 && text.includes("<Code>AccessDenied</Code>");
      if (isDenied || response.status === 404) return null;
      throw refusal(keyOf(MANIFEST_NAME), response.status, shortened(text));
    },
    put: async ({ file, compressed }) => {
      const there = await send(keyOf(file.path), { method: "HEAD" });
      if (there.ok && there.headers.get(HASH_HEADER) === file.compressed.sha256) return;
      await put(file.path, compressed, {
        "content-type": "application/octet-stream",
        "content-encoding": file.compressed.encoding,
        "cache-control": IMMUTABLE,
        [HASH_HEADER]: file.compressed.sha256,
      });
    },
    putManifest: (manifest) =>
      put(MANIFEST_NAME, Buffer.from(JSON.stringify(manifest)), {
        "content-type": "application/json",
        "cache-control": "no-cache",
      }),
  };
}

function refusal(key: string, status: number, text: string): StepError {
  return new StepError(
    `The storage answered ${status} to ${key}: ${text}`,
    status === 403
      ? "Check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION, and that this key may write there."
      : undefined,
  );
}

async function said(response: Response): Promise<string> {
  return shortened(`${response.status} ${await response.text()}`);
}

function shortened(text: string): string {
  return text.slice(0, 300);
}

/** `fetch` says only that it failed; its cause says why. */
function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
