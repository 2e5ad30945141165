import { createHash, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { brotliCompressSync, constants } from "node:zlib";
import { type ReleaseFile, type ReleaseManifest, signingInput } from "@/protocol/release-manifest";
import type { ThisRelease } from "../this-release";

const HOUR_MS = 3_600_000;
const HALF = 0.5;

/** A download server whose release, and whose misfortunes, a test decides. */
export class ReleaseServer {
  readonly #key = generateKeyPairSync("ed25519");
  readonly #server: Server = createServer((request, response) => this.#answer(request, response));
  #manifest: object | null = null;
  #plain: Buffer = Buffer.alloc(0);
  #compressed: Buffer = Buffer.alloc(0);
  #origin = "";
  /** How many of the next answers break off in the middle. */
  cuts = 0;
  /** How many of the next answers stop in the middle and stay silent. */
  stalls = 0;
  /**
   * What kind of host it is: one that compresses what is asked for so (ours), one that hands out its files as they are, the
   * compressed ones under their own names, one that has the plain files alone, or one that has lost them.
   */
  host: "encoding" | "static" | "plain" | "lost" = "encoding";
  /** What was asked for below /download/, in order. */
  readonly paths: string[] = [];
  /** The ranges that were asked for, null for a whole. */
  readonly ranges: (string | null)[] = [];
  readonly manifestRequests: number[] = [];

  static async start(): Promise<ReleaseServer> {
    const started = new ReleaseServer();
    await new Promise<void>((resolve) => started.#server.listen(0, "127.0.0.1", resolve));
    const address = started.#server.address();
    if (address === null || typeof address === "string") throw new Error("The server has no port.");
    started.#origin = `http://127.0.0.1:${address.port}`;
    return started;
  }

  get origin(): string {
    return this.#origin;
  }

  /** What the build writes into a tool of this publisher. */
  get release(): ThisRelease {
    return {
      publicKey: this.#key.publicKey.export({ type: "spki", format: "der" }).toString("base64"),
      channel: "stable",
    };
  }

  publish(
    content: Buffer,
    changes: Partial<ReleaseManifest> = {},
    key: KeyObject = this.#key.privateKey,
  ): void {
    this.tamper(content);
    const file: ReleaseFile = {
      platform: "linux",
      arch: "x64",
      name: "madoguchi.run",
      path: "files/madoguchi.run",
      sizeBytes: content.length,
      sha256: sha256(content),
      compressed: { encoding: "br", sizeBytes: this.#compressed.length, sha256: sha256(this.#compressed) },
      isSystemSigned: false,
    };
    const manifest: ReleaseManifest = {
      format: 1,
      version: "2.0.0",
      minimumVersion: "0.0.0",
      channel: "stable",
      issuedAt: new Date(Date.now() - HOUR_MS).toISOString(),
      expiresAt: new Date(Date.now() + HOUR_MS).toISOString(),
      files: [file],
      ...changes,
    };
    const unsigned = { protected: encode({ alg: "EdDSA", kid: "test" }), payload: encode(manifest) };
    this.#manifest = {
      ...unsigned,
      signature: sign(null, Buffer.from(signingInput(unsigned)), key).toString("base64url"),
    };
  }

  /** Whoever keeps the files changes one, and leaves the manifest alone. */
  tamper(content: Buffer): void {
    this.#plain = content;
    this.#compressed = compress(content);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #answer({ url, headers }: IncomingMessage, response: ServerResponse): void {
    if (url === "/download/manifest.json") {
      this.manifestRequests.push(Date.now());
      response.statusCode = this.#manifest === null ? 404 : 200;
      response.end(JSON.stringify(this.#manifest));
      return;
    }
    this.paths.push(url?.replace("/download/", "") ?? "");
    const isCompressedName = url?.endsWith(".br") ?? false;
    if (this.host === "lost" || (isCompressedName && this.host !== "static")) {
      response.writeHead(404).end();
      return;
    }
    const takesBrotli = headers["accept-encoding"]?.includes("br") ?? false;
    const isEncoded = this.host === "encoding" && takesBrotli;
    const whole = isEncoded || isCompressedName ? this.#compressed : this.#plain;
    const start = Number(/^bytes=(\d+)-$/.exec(headers.range ?? "")?.[1] ?? 0);
    this.ranges.push(headers.range ?? null);
    const rest = whole.subarray(start);
    response.writeHead(start > 0 ? 206 : 200, {
      ...(isEncoded && { "content-encoding": "br" }),
      "content-length": rest.length,
      ...(start > 0 && { "content-range": `bytes ${start}-${whole.length - 1}/${whole.length}` }),
    });
    const half = rest.subarray(0, Math.ceil(rest.length * HALF));
    if (this.stalls > 0) {
      this.stalls--;
      response.write(half);
    } else if (this.cuts > 0) {
      this.cuts--;
      response.write(half, () => response.socket?.end());
    } else {
      response.end(rest);
    }
  }
}

/** Quickly: how small it gets is of no interest here. */
function compress(content: Buffer): Buffer {
  return brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } });
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

function sha256(content: Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}
