// What `npm run release` does with a release that is there. None of this builds anything.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type ReleaseManifest, readManifestPayload, type SignedManifest } from "@/protocol/release-manifest";
import { loadReleaseKey } from "./release-key";
import { main } from "./release-main";
import { isSignedBy, signManifest } from "./sign-manifest";

const DAY_MS = 24 * 60 * 60_000;
let folder: string;
const manifestFile = () => path.join(folder, "manifest.json");

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "release-"));
  vi.stubEnv("DATA_DIR", path.join(folder, "data"));
  vi.stubEnv("RELEASE_SIGNING_KEY", "");
  vi.spyOn(console, "log").mockImplementation(() => undefined);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

const release: ReleaseManifest = {
  format: 1,
  version: "1.2.3",
  minimumVersion: "1.0.0",
  channel: "beta",
  issuedAt: "2020-01-01T00:00:00.000Z",
  expiresAt: "2020-04-01T00:00:00.000Z",
  files: [
    {
      platform: "linux",
      arch: "x64",
      name: "madoguchi-1.2.3-linux-x64.run",
      path: "files/madoguchi-1.2.3-linux-x64-0123456789abcdef.run",
      sizeBytes: 10,
      sha256: "0".repeat(64),
      compressed: { encoding: "br", sizeBytes: 5, sha256: "1".repeat(64) },
      isSystemSigned: true,
    },
  ],
};

async function publishOld(): Promise<void> {
  await writeFile(manifestFile(), JSON.stringify(signManifest(release, await loadReleaseKey(process.env))));
}

async function published(): Promise<SignedManifest> {
  return JSON.parse(await readFile(manifestFile(), "utf8"));
}

test("--renew signs the same release for another while", async () => {
  await publishOld();
  await main(["--renew", "--valid-days", "30", "--out", folder]);
  const signed = await published();
  expect(isSignedBy(signed, await loadReleaseKey(process.env))).toBe(true);
  const { issuedAt, expiresAt, ...same } = readManifestPayload(signed);
  expect({ ...release, ...same }).toEqual(release);
  expect(Date.parse(expiresAt) - Date.parse(issuedAt)).toBe(30 * DAY_MS);
  expect(Math.abs(Date.parse(issuedAt) - Date.now())).toBeLessThan(60_000);
});

test("--renew signs nothing that somebody changed, and nothing of another key's", async () => {
  await publishOld();
  const former = await published();
  const other = { ...release, files: release.files.map((file) => ({ ...file, sha256: "f".repeat(64) })) };
  const payload = Buffer.from(JSON.stringify(other)).toString("base64url");
  await writeFile(manifestFile(), JSON.stringify({ ...former, payload }));
  await expect(main(["--renew", "--out", folder])).rejects.toThrow("was changed since");

  await publishOld();
  vi.stubEnv("DATA_DIR", path.join(folder, "other-data"));
  await expect(main(["--renew", "--out", folder])).rejects.toThrow("was not signed with the key");
});

test("--renew needs something that is published", async () => {
  await expect(main(["--renew", "--out", folder])).rejects.toThrow("Nothing is published");
  await writeFile(manifestFile(), "{}");
  await expect(main(["--renew", "--out", folder])).rejects.toThrow("is no manifest");
});

test("a release with another key than the former one's stops before anything is built", async () => {
  await publishOld();
  vi.stubEnv("DATA_DIR", path.join(folder, "other-data"));
  await expect(main(["--out", folder])).rejects.toThrow("was signed with the key");
  expect(readManifestPayload(await published())).toEqual(release);
});
