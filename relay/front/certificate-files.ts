import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { createSecureContext } from "node:tls";
import { type Logger, scopedLogger } from "../logging";

const POLL_INTERVAL_MS = 2_000;

/** A certificate (with its chain) and the key that belongs to it, in PEM. */
export interface KeyPair {
  readonly cert: Buffer;
  readonly key: Buffer;
  /** Seconds since the epoch. */
  readonly notAfterSeconds: number;
}

interface CertificateFilesOptions {
  certificateFile: string;
  keyFile: string;
  logger: Logger;
}

interface Follower {
  /** Told of each pair that replaces another. */
  changed: (pair: KeyPair) => void;
  /** Told when the files changed to something that cannot be served; the pair before it stays. */
  refused: () => void;
}

/**
 * A certificate in files, followed when they change. They are looked at instead of watched: tools that renew certificates swap symbolic
 * links and rename folders, which no watcher sees reliably, and nothing depends on the very second.
 */
export class CertificateFiles {
  readonly #options: CertificateFilesOptions;
  readonly #logger: Logger;
  #timer: NodeJS.Timeout | undefined;
  readonly #served: { stamp: string; pair: KeyPair };
  #lastStamp: string;
  #refusedStamp: string | undefined;
  #looking = false;

  private constructor(options: CertificateFilesOptions, stamp: string, pair: KeyPair) {
    this.#options = options;
    this.#logger = scopedLogger(options.logger, "certificate");
    this.#served = { stamp, pair };
    this.#lastStamp = stamp;
  }

  /** @throws CertificateError when the files cannot be read or do not belong together */
  static async open(options: CertificateFilesOptions): Promise<CertificateFiles> {
    const stamp = await stampOf(options);
    return new CertificateFiles(options, stamp, await readPair(options));
  }

  /** What is served now. */
  get pair(): KeyPair {
    return this.#served.pair;
  }

  /** Begins to look after the files. */
  follow(follower: Follower, pollIntervalMs = POLL_INTERVAL_MS): void {
    this.#timer = setInterval(() => this.#tick(follower), pollIntervalMs);
    this.#timer.unref();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #tick(follower: Follower): void {
    if (this.#looking) return;
    this.#looking = true;
    const done = () => {
      this.#looking = false;
    };
    this.#look(follower).then(done, done);
  }

  async #look(follower: Follower): Promise<void> {
    const stamp = await stampOf(this.#options);
    const isSettled = stamp === this.#lastStamp;
    this.#lastStamp = stamp;
    // Two files are not replaced in one instant: only what stood still for one look is read.
    if (!isSettled || stamp === this.#served.stamp || stamp === this.#refusedStamp) return;
    try {
      const pair = await readPair(this.#options);
      this.#served.stamp = stamp;
      this.#served.pair = pair;
      this.#refusedStamp = undefined;
      this.#logger.info({ notAfter: new Date(pair.notAfterSeconds * 1000) }, "new certificate");
      follower.changed(pair);
    } catch (error) {
      this.#refusedStamp = stamp;
      const reason = error instanceof Error ? error.message : String(error);
      this.#logger.error({ reason }, "the new certificate cannot be served; the one before stays");
      follower.refused();
    }
  }
}

/** Says which file is wrong, and how. */
export class CertificateError extends Error {
  override readonly name = "CertificateError";
}

type Files = Pick<CertificateFilesOptions, "certificateFile" | "keyFile">;

/** Changes whenever one of the files does. */
async function stampOf({ certificateFile, keyFile }: Files): Promise<string> {
  const stamps = [certificateFile, keyFile].map(async (file) => {
    const { ino, size, mtimeMs } = await stat(file);
    return `${ino} ${size} ${mtimeMs}`;
  });
  const settled = await Promise.allSettled(stamps);
  return settled.map((one) => (one.status === "fulfilled" ? one.value : "missing")).join("; ");
}

/** @throws CertificateError */
async function readPair({ certificateFile, keyFile }: Files): Promise<KeyPair> {
  const [cert, key] = await Promise.all([certificateFile, keyFile].map(readPem));
  if (cert === undefined || key === undefined) throw new CertificateError("There is no certificate.");
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(cert);
  } catch {
    throw new CertificateError(`${certificateFile} holds no certificate in PEM.`);
  }
  let isPair: boolean;
  try {
    isPair = certificate.checkPrivateKey(createPrivateKey(key));
  } catch {
    throw new CertificateError(`${keyFile} holds no private key in PEM without a passphrase.`);
  }
  if (!isPair) throw new CertificateError(`${keyFile} is not the key of ${certificateFile}.`);
  try {
    // The chain behind the first certificate is looked at as well.
    createSecureContext({ cert, key });
  } catch (error) {
    throw new CertificateError(`${certificateFile} cannot be served: ${String(error)}`);
  }
  return { cert, key, notAfterSeconds: Math.floor(Date.parse(certificate.validTo) / 1000) };
}

async function readPem(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
    throw new CertificateError(`${file} cannot be read (${code}).`);
  }
}
