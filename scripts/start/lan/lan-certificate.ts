// The certificate of `npm start -- --lan`: made once, kept in DATA_DIR, so that browsers warn once and not at every start.
import { createPrivateKey, X509Certificate } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { fingerprintOf, makeSelfSignedCertificate } from "@/lib/self-signed-certificate";

/** The most that browsers take. */
const VALID_DAYS = 397;
/** Nobody should meet an expired one because a machine was not restarted for a few weeks. */
const RENEW_DAYS_BEFORE = 60;
const DAY_MS = 86_400_000;
/** RFC 1123 host names; what else a machine may be called does not belong into a certificate. */
const HOST_NAME = /^(?!-)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*$/i;

export interface LanCertificate {
  readonly certificateFile: string;
  readonly keyFile: string;
  /** SHA-256, as browsers show it. */
  readonly fingerprint: string;
  readonly isNew: boolean;
}

/**
 * Reads the kept certificate, or makes another when it does not name the address or this machine, or ends soon.
 *
 * @param address what browsers will have in the address bar
 * @param others more addresses of this machine that it shall name when it is made
 */
export async function keepLanCertificate(
  folder: string,
  address: string,
  others: readonly string[] = [],
  now = new Date(),
): Promise<LanCertificate> {
  const certificateFile = path.join(folder, "certificate.pem");
  const keyFile = path.join(folder, "key.pem");
  const needed = [address, ...[os.hostname()].filter((name) => HOST_NAME.test(name))];
  const kept = await readKept(certificateFile, keyFile);
  if (kept !== undefined && serves(kept, needed, now)) {
    return { certificateFile, keyFile, fingerprint: fingerprintOf(kept.raw), isNew: false };
  }
  const hosts = [...new Set([...needed, ...others, "localhost", "127.0.0.1"])];
  const { certificate, key } = await makeSelfSignedCertificate(hosts, VALID_DAYS, now);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  // The certificate comes last: with one of the two missing or of another pair, the next start makes both again.
  await replace(keyFile, key);
  await replace(certificateFile, certificate);
  const fingerprint = fingerprintOf(new X509Certificate(certificate).raw);
  return { certificateFile, keyFile, fingerprint, isNew: true };
}

/** Written under another name first, so that a crash leaves no half file. */
async function replace(file: string, content: string): Promise<void> {
  await writeFile(`${file}.new`, content, { mode: 0o600, flush: true });
  await rename(`${file}.new`, file);
}

async function readKept(certificateFile: string, keyFile: string): Promise<X509Certificate | undefined> {
  try {
    const certificate = new X509Certificate(await readFile(certificateFile));
    return certificate.checkPrivateKey(createPrivateKey(await readFile(keyFile))) ? certificate : undefined;
  } catch {
    return undefined;
  }
}

function serves(certificate: X509Certificate, needed: readonly string[], now: Date): boolean {
  const names = (host: string) =>
    (net.isIP(host) === 0 ? certificate.checkHost(host) : certificate.checkIP(host)) !== undefined;
  return (
    needed.every(names) &&
    Date.parse(certificate.validFrom) <= now.getTime() &&
    Date.parse(certificate.validTo) - RENEW_DAYS_BEFORE * DAY_MS > now.getTime()
  );
}
