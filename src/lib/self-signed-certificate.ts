import "reflect-metadata";
import { createHash, randomBytes, webcrypto } from "node:crypto";
import { isIP } from "node:net";
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from "@peculiar/x509";

const DAY_MS = 86_400_000;
const P_256 = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;

export interface SelfSignedCertificate {
  /** PEM. */
  readonly certificate: string;
  /** PKCS#8 PEM. */
  readonly key: string;
}

/**
 * Makes a TLS server's certificate that vouches for itself: nobody else says that it is right, so a browser asks its user once.
 *
 * @param hosts what browsers may have in the address bar: IP addresses and host names; the first is the subject
 * @param days how long it is valid; browsers take no more than 397 (CA/Browser Forum Baseline Requirements, 6.3.2)
 */
export async function makeSelfSignedCertificate(
  hosts: readonly string[],
  days: number,
  now = new Date(),
): Promise<SelfSignedCertificate> {
  const keys = await webcrypto.subtle.generateKey(P_256, true, ["sign", "verify"]);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    // The highest bit stays 0, or the number would be negative (RFC 5280, 4.1.2.2).
    serialNumber: `01${randomBytes(15).toString("hex")}`,
    name: [{ CN: [hosts[0] ?? "Madoguchi"] }, { O: ["Madoguchi"] }],
    notBefore: now,
    notAfter: new Date(now.getTime() + days * DAY_MS),
    signingAlgorithm: P_256,
    keys,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension(
        hosts.map((host) => ({ type: isIP(host) === 0 ? ("dns" as const) : ("ip" as const), value: host })),
      ),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  const key = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", keys.privateKey)).toString("base64");
  const lines = key.match(/.{1,64}/g) ?? [];
  return {
    certificate: `${certificate.toString("pem")}\n`,
    key: ["-----BEGIN PRIVATE KEY-----", ...lines, "-----END PRIVATE KEY-----", ""].join("\n"),
  };
}

/** What a browser shows as the certificate's SHA-256 fingerprint: pairs of hex digits with colons between them. */
export function fingerprintOf(der: Uint8Array): string {
  const hex = createHash("sha256").update(der).digest("hex").toUpperCase();
  return (hex.match(/../g) ?? []).join(":");
}
