import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import {
  type ReleaseManifest,
  readManifestPayload,
  signedManifestSchema,
  versionSchema,
} from "@/protocol/release-manifest";
import { ownVersion } from "../client-tool/options";
import { loadReleaseKey } from "../client-tool/release-key";
import { isSignedBy, signManifest } from "../client-tool/sign-manifest";
import { keepReleased, releaseReason } from "./client-tool-release";

const now = new Date("2026-05-01T00:00:00Z");

function published(changes: Partial<ReleaseManifest> = {}, isSystemSigned = false): ReleaseManifest {
  return {
    format: 1,
    version: "1.2.0",
    minimumVersion: "1.0.0",
    channel: "stable",
    issuedAt: "2026-04-01T00:00:00Z",
    expiresAt: "2026-06-30T00:00:00Z",
    files: [
      {
        platform: "linux",
        arch: "x64",
        name: "madoguchi-1.2.0-linux-x64.run",
        path: "files/madoguchi-1.2.0-linux-x64.run",
        sizeBytes: 1,
        sha256: "0".repeat(64),
        compressed: { encoding: "br", sizeBytes: 1, sha256: "0".repeat(64) },
        isSystemSigned,
      },
    ],
    ...changes,
  };
}

test("a release is made when there is none, an older one, or one that expires within two weeks", () => {
  expect(releaseReason(null, "1.2.0", now)).toBe("missing");
  expect(releaseReason(published(), "1.2.0", now)).toBeNull();
  expect(releaseReason(published(), "1.10.0", now)).toBe("older");
  expect(releaseReason(published({ expiresAt: "2026-05-14T00:00:00Z" }), "1.2.0", now)).toBe("expires");
});

test("a newer one, and one that somebody had signed for a system, are left alone", () => {
  expect(
    releaseReason(published({ version: "1.3.0", expiresAt: "2026-05-02T00:00:00Z" }), "1.2.0", now),
  ).toBeNull();
  expect(releaseReason(published({}, true), "1.10.0", now)).toBeNull();
});

test("one that somebody had signed for a system is prolonged, which takes no building", () => {
  const expiring = { expiresAt: "2026-05-14T00:00:00Z" };
  expect(releaseReason(published(expiring, true), "1.2.0", now)).toBe("expires");
  expect(releaseReason(published(expiring, true), "1.10.0", now)).toBe("expires");
});

test("what is about to expire is signed again as it is", { timeout: 30_000 }, async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), "release-"));
  const ending = new AbortController();
  try {
    const key = await loadReleaseKey({ NODE_ENV: "test", DATA_DIR: folder });
    const version = versionSchema.parse(await ownVersion());
    const former = published({ version, expiresAt: new Date(Date.now() + 60_000).toISOString() }, true);
    const file = path.join(folder, "download", "manifest.json");
    await mkdir(path.dirname(file));
    await writeFile(file, JSON.stringify(signManifest(former, key)));
    const said: string[] = [];
    await keepReleased({
      environment: { CLIENT_TOOL_RELEASE: "automatic", DATA_DIR: folder, isProduction: false },
      variables: { ...process.env, RELEASE_SIGNING_KEY: "", DOWNLOAD_DIR: "" },
      signal: ending.signal,
      say: (sentence) => said.push(sentence),
    });
    expect(said).toEqual([`Client Tool: ${version} stays published for another while.`]);
    const signed = signedManifestSchema.parse(JSON.parse(await readFile(file, "utf8")));
    expect(isSignedBy(signed, key)).toBe(true);
    const { expiresAt, files } = readManifestPayload(signed);
    expect(files).toEqual(former.files);
    expect(Date.parse(expiresAt)).toBeGreaterThan(Date.now() + 30 * 24 * 60 * 60_000);
  } finally {
    ending.abort();
    await rm(folder, { recursive: true });
  }
});
