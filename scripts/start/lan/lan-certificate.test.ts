import { X509Certificate } from "node:crypto";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { beforeEach, expect, test } from "vitest";
import { keepLanCertificate } from "./lan-certificate";

const DAY_MS = 86_400_000;
let folder: string;

beforeEach(async () => {
  const parent = await mkdtemp(path.join(os.tmpdir(), "madoguchi-lan-"));
  folder = path.join(parent, "lan");
  return () => rm(parent, { recursive: true, force: true });
});

test("is made once, for the owner alone, and names the addresses", async () => {
  const made = await keepLanCertificate(folder, "192.0.2.7", ["192.0.2.8"]);
  expect(made.isNew).toBe(true);
  for (const file of [made.keyFile, made.certificateFile])
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  const certificate = new X509Certificate(await readFile(made.certificateFile));
  expect(certificate.fingerprint256).toBe(made.fingerprint);
  for (const address of ["192.0.2.7", "192.0.2.8", "127.0.0.1"]) {
    expect(certificate.checkIP(address)).toBe(address);
  }
  expect(certificate.checkHost("localhost")).toBe("localhost");
  const again = await keepLanCertificate(folder, "192.0.2.7");
  expect(again).toEqual({ ...made, isNew: false });
});

test("is made anew for another address", async () => {
  const first = await keepLanCertificate(folder, "192.0.2.7");
  const second = await keepLanCertificate(folder, "192.0.2.9");
  expect(second.isNew).toBe(true);
  expect(second.fingerprint).not.toBe(first.fingerprint);
});

test("is made anew before it ends, and when the clock was set back before it begins", async () => {
  const now = new Date();
  const later = (days: number) => new Date(now.getTime() + days * DAY_MS);
  await keepLanCertificate(folder, "192.0.2.7", [], now);
  expect((await keepLanCertificate(folder, "192.0.2.7", [], later(330))).isNew).toBe(false);
  expect((await keepLanCertificate(folder, "192.0.2.7", [], later(340))).isNew).toBe(true);
  expect((await keepLanCertificate(folder, "192.0.2.7", [], now)).isNew).toBe(true);
});

test("is made anew when a file is missing, broken or of another pair", async () => {
  const { keyFile, certificateFile } = await keepLanCertificate(folder, "192.0.2.7");
  const otherKey = await readFile(keyFile);
  await rm(certificateFile);
  expect((await keepLanCertificate(folder, "192.0.2.7")).isNew).toBe(true);
  await writeFile(keyFile, otherKey);
  expect((await keepLanCertificate(folder, "192.0.2.7")).isNew).toBe(true);
  await writeFile(certificateFile, "half of");
  expect((await keepLanCertificate(folder, "192.0.2.7")).isNew).toBe(true);
});
