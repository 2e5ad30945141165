import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { open, rm, stat } from "node:fs/promises";
import { PassThrough, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout as pause } from "node:timers/promises";
import { createBrotliDecompress } from "node:zlib";
import type { ReleaseFile } from "@/protocol/release-manifest";
import type { Network } from "../network/network";
import { get } from "./get";

/** A line that is cut is taken up again where it broke off; so often in a row without a byte more, it is given up. */
const MAX_FRUITLESS_TRIES = 4;
const RETRY_AFTER_MS = 500;

/** What has arrived is not what the manifest promised. */
export class DamagedFileError extends Error {
  override readonly name = "DamagedFileError";
}

export interface DownloadRequest {
  readonly network: Network;
  /** Where the file's path begins. */
  readonly manifestUrl: URL;
  readonly file: ReleaseFile;
  /** Where it goes; made anew. */
  readonly to: string;
  readonly mode: number;
  readonly onProgress: (fraction: number) => void;
  readonly signal: AbortSignal;
}

/** What travels: the file, or its compressed form. */
interface Form {
  readonly isCompressed: boolean;
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** Where a form is to be had. */
interface Source {
  readonly path: string;
  readonly form: Form;
  readonly acceptEncoding: "br" | "identity";
  /** What the answer may say of its encoding; undefined: nothing. */
  readonly encodings: readonly (string | undefined)[];
}

/** Thrown for a source that the host does not have: another one may be there. */
class NotOfferedError extends Error {}

/**
 * Loads a file of a release and writes it out once its hash is right. What has arrived stays beside it under a name with
 * the content's hash, until it is whole: a cut line, or a new start of the tool, goes on from there.
 *
 * @throws DamagedFileError when hashes differ; Error of the network; AbortError
 */
export async function downloadFile(request: DownloadRequest): Promise<void> {
  for (const source of sourcesOf(request.file)) {
    const partial = `${request.to}.part-${source.form.sha256.slice(0, 16)}`;
    try {
      await fetchWhole(request, source, partial);
      await writeOut(request, source.form, partial);
      return;
    } catch (error) {
      if (!(error instanceof NotOfferedError)) throw error;
    }
  }
  throw new DamagedFileError("The download server hands out the file in no form that the manifest names.");
}

/** The smaller form first, as our own server has it, then as a host that knows nothing of encodings has it. */
function sourcesOf(file: ReleaseFile): Source[] {
  const compressed: Form = { ...file.compressed, isCompressed: true };
  const plain: Form = { isCompressed: false, sizeBytes: file.sizeBytes, sha256: file.sha256 };
  return [
    { path: file.path, form: compressed, acceptEncoding: "br", encodings: ["br"] },
    { path: `${file.path}.br`, form: compressed, acceptEncoding: "identity", encodings: ["br", undefined] },
    { path: file.path, form: plain, acceptEncoding: "identity", encodings: [undefined] },
  ];
}

async function writeOut(
  { file, to, mode }: DownloadRequest,
  { isCompressed, sha256 }: Form,
  partial: string,
): Promise<void> {
  try {
    if ((await sha256Of(partial)) !== sha256) {
      throw new DamagedFileError("What has arrived has another hash than the manifest says.");
    }
    const hash = createHash("sha256");
    let sizeBytes = 0;
    const measure = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        sizeBytes += chunk.length;
        hash.update(chunk);
        // A bomb would not get past the hash, but could fill the disk before.
        done(
          sizeBytes > file.sizeBytes
            ? new DamagedFileError("The file is longer than the manifest says.")
            : null,
          chunk,
        );
      },
    });
    await rm(to, { force: true });
    await pipeline(
      createReadStream(partial),
      isCompressed ? createBrotliDecompress() : new PassThrough(),
      measure,
      createWriteStream(to, { flags: "wx", mode }),
    );
    if (hash.digest("hex") !== file.sha256) {
      await rm(to, { force: true });
      throw new DamagedFileError("The file has another hash than the manifest says.");
    }
  } finally {
    await rm(partial, { force: true });
  }
}

async function fetchWhole(request: DownloadRequest, source: Source, partial: string): Promise<void> {
  const { signal } = request;
  const wholeBytes = source.form.sizeBytes;
  for (let fruitless = 0; ; ) {
    const haveBytes = await sizeOf(partial);
    if (haveBytes === wholeBytes) return;
    if (haveBytes > wholeBytes) await rm(partial, { force: true });
    try {
      await fetchRest(request, source, partial, haveBytes > wholeBytes ? 0 : haveBytes);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof DamagedFileError || error instanceof NotOfferedError) throw error;
      fruitless = (await sizeOf(partial)) > haveBytes ? 0 : fruitless + 1;
      if (fruitless >= MAX_FRUITLESS_TRIES) throw error;
      await pause(RETRY_AFTER_MS, undefined, { signal });
    }
  }
}

async function fetchRest(
  { network, manifestUrl, onProgress, signal }: DownloadRequest,
  { path, form, acceptEncoding, encodings }: Source,
  partial: string,
  haveBytes: number,
): Promise<void> {
  const { response } = await get(network, new URL(path, manifestUrl), {
    headers: {
      "accept-encoding": acceptEncoding,
      ...(haveBytes > 0 && { range: `bytes=${haveBytes}-` }),
    },
    signal,
  });
  const { statusCode: status, headers } = response;
  const isRest = status === 206 && headers["content-range"]?.startsWith(`bytes ${haveBytes}-`);
  const isOffered = status !== 404 && encodings.includes(headers["content-encoding"]);
  if ((status === 200 || isRest || status === 404) && !isOffered) {
    response.destroy();
    throw new NotOfferedError(`The download server answered ${status} in another form.`);
  }
  if (status !== 200 && !isRest) {
    response.destroy();
    // What is there may be what the server cannot continue.
    await rm(partial, { force: true });
    throw new Error(`The download server answered ${status}.`);
  }
  let receivedBytes = isRest ? haveBytes : 0;
  const announced = headers["content-length"];
  if (announced !== undefined && receivedBytes + Number(announced) !== form.sizeBytes) {
    response.destroy();
    throw new DamagedFileError("The file has another length than the manifest says.");
  }
  // Each piece is in the file before the next is taken: a cut loses none of those before it.
  const handle = await open(partial, isRest ? "a" : "w", 0o600);
  try {
    for await (const chunk of response) {
      const piece = Buffer.from(chunk);
      receivedBytes += piece.length;
      if (receivedBytes > form.sizeBytes) {
        throw new DamagedFileError("More arrives than the manifest says.");
      }
      await handle.writeFile(piece);
      onProgress(receivedBytes / form.sizeBytes);
    }
  } finally {
    response.destroy();
    await handle.close();
  }
  if (receivedBytes < form.sizeBytes) throw new Error("The connection was cut.");
}

async function sizeOf(file: string): Promise<number> {
  return (await stat(file).catch(() => null))?.size ?? 0;
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}
