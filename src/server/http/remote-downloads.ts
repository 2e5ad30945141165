import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { FILES_FOLDER } from "@/protocol/release-manifest";

const MANIFEST_NAME = "manifest.json";
const MANIFEST_TIMEOUT_MS = 5_000;
/** A release is published rarely; what is asked for in between need not reach the other host. */
const MANIFEST_FRESH_MS = 15_000;
const LONGEST_MANIFEST_BYTES = 262_144;
/** What is not there; storage that may not be listed says 403 of it. */
const ABSENT = new Set([403, 404, 410]);

export interface RemoteManifest {
  readonly content: Buffer;
  /** After redirects. */
  readonly url: string;
}

/** A piece of the release, on its way through. */
export interface RemoteFile {
  /** Whether the bytes are the compressed ones. */
  readonly isCompressed: boolean;
  readonly sizeBytes: number | null;
  /** @throws when either side breaks off */
  readonly sendTo: (destination: NodeJS.WritableStream) => Promise<void>;
}

/**
 * Another host (`DOWNLOAD_URL`) that has what `npm run release` published. It need not know of us: the manifest is fetched from here, as a
 * browser may only read it there when that host allows every site to.
 */
export class RemoteDownloads {
  readonly #base: URL;
  #kept: { readonly manifest: RemoteManifest | null; readonly at: number } | undefined;
  #asking: Promise<RemoteManifest | null> | undefined;

  /** @param base with a slash at its end */
  constructor(base: URL) {
    this.#base = base;
  }

  /** Where a path below `/download/` is over there. */
  address(below: string): string {
    return new URL(below, this.#base).href;
  }

  /**
   * @returns null when nothing is published there
   * @throws Error when the host does not answer, and never has
   */
  async manifest(): Promise<RemoteManifest | null> {
    const kept = this.#kept;
    if (kept && performance.now() - kept.at < MANIFEST_FRESH_MS) return kept.manifest;
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    try {
      return await this.#asking;
    } catch (error) {
      // It is signed and says itself how long it is good for: the former one is better than none.
      if (kept?.manifest) return kept.manifest;
      throw error;
    }
  }

  async #ask(): Promise<RemoteManifest | null> {
    const response = await fetch(this.address(MANIFEST_NAME), {
      signal: AbortSignal.timeout(MANIFEST_TIMEOUT_MS),
    });
    const manifest = ABSENT.has(response.status) ? null : await read(response);
    this.#kept = { manifest, at: performance.now() };
    return manifest;
  }

  /**
   * A file of the release for somebody who cannot load it over there.
   *
   * @param name below `files/`
   * @returns null when it is not there
   * @throws Error when the host does not answer
   */
  async file(
    name: string,
    { method, takesBrotli, signal }: { method: "GET" | "HEAD"; takesBrotli: boolean; signal: AbortSignal },
  ): Promise<RemoteFile | null> {
    // A folder has the compressed form beside the file; storage has it alone, under the file's own name, and `fetch` opens it.
    for (const candidate of takesBrotli ? [`${name}.br`, name] : [name]) {
      const response = await fetch(this.address(`${FILES_FOLDER}/${candidate}`), {
        method,
        headers: { "accept-encoding": "identity" },
        signal,
      });
      if (response.ok) return remoteFile(response, candidate !== name);
      await response.body?.cancel();
      if (!ABSENT.has(response.status)) throw new Error(`${response.url} answered ${response.status}.`);
    }
    return null;
  }
}

async function read(response: Response): Promise<RemoteManifest> {
  if (!response.ok) {
    await response.body?.cancel();
    throw new Error(`${response.url} answered ${response.status}.`);
  }
  const parts: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const part of response.body ?? []) {
    parts.push(part);
    sizeBytes += part.length;
    // Leaving the loop ends the connection.
    if (sizeBytes > LONGEST_MANIFEST_BYTES) throw new Error(`${response.url} is no manifest.`);
  }
  return { content: Buffer.concat(parts), url: response.url };
}

function remoteFile({ headers, body }: Response, isCompressed: boolean): RemoteFile {
  const length = headers.get("content-length");
  return {
    isCompressed,
    // Of what `fetch` unpacks on the way the length is another one.
    sizeBytes: length === null || headers.has("content-encoding") ? null : Number(length),
    sendTo: async (destination) => {
      if (body) await pipeline(Readable.from(body), destination);
      else destination.end();
    },
  };
}
