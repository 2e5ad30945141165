import { readFile } from "node:fs/promises";
import tls from "node:tls";
import type { Environment } from "./proxy";

/** Where the usual distributions and macOS keep the certificates that their administrators trust. */
const BUNDLES = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/ssl/ca-bundle.pem",
  "/etc/ssl/cert.pem",
];

/**
 * The certificates that this machine trusts, beside those that Node brings along: a company's own among them. Reading them takes a while and
 * memory, so that it is done only for a service whose certificate is unknown otherwise.
 *
 * @returns null when the machine has none that can be read
 */
export async function trustedCertificates(environment: Environment): Promise<string[] | null> {
  // What OpenSSL's programs, and those of most distributions, read in the place of all others.
  const named = environment.SSL_CERT_FILE;
  const own = named ? await firstReadable([named]) : (ownCertificates() ?? (await firstReadable(BUNDLES)));
  return own === null ? null : [...tls.rootCertificates, ...own];
}

/** From Node 22.15 on: the system's store, on every system. */
function ownCertificates(): string[] | null {
  const read: unknown = Reflect.get(tls, "getCACertificates");
  if (typeof read !== "function") return null;
  const certificates: unknown = Reflect.apply(read, tls, ["system"]);
  if (!Array.isArray(certificates)) return null;
  const texts = certificates.filter((one) => typeof one === "string");
  return texts.length === 0 ? null : texts;
}

async function firstReadable(files: readonly string[]): Promise<string[] | null> {
  for (const file of files) {
    const text = await readFile(file, "utf8").catch(() => null);
    if (text !== null) return [text];
  }
  return null;
}
