import { X509Certificate } from "node:crypto";
import { createSecureContext } from "node:tls";
import { expect, test } from "vitest";
import { fingerprintOf, makeSelfSignedCertificate } from "./self-signed-certificate";

test("a certificate names its hosts, lasts its days and fits its key", async () => {
  const now = new Date("2026-01-01T00:00:00Z");
  const pair = await makeSelfSignedCertificate(["192.0.2.7", "2001:db8::7", "desk.example"], 397, now);
  const certificate = new X509Certificate(pair.certificate);
  for (const address of ["192.0.2.7", "2001:db8::7"]) expect(certificate.checkIP(address)).toBeDefined();
  expect(certificate.checkHost("desk.example")).toBe("desk.example");
  expect(certificate.checkIP("192.0.2.8")).toBeUndefined();
  expect(certificate.ca).toBe(false);
  expect(certificate.keyUsage).toEqual(["1.3.6.1.5.5.7.3.1"]);
  expect(Date.parse(certificate.validTo) - Date.parse(certificate.validFrom)).toBe(397 * 86_400_000);
  expect(certificate.verify(certificate.publicKey)).toBe(true);
  createSecureContext({ cert: pair.certificate, key: pair.key });
  expect(fingerprintOf(certificate.raw)).toBe(certificate.fingerprint256);
});
