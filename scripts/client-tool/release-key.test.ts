import { chmod, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { loadReleaseKey } from "./release-key";

let folder: string;
let file: string;
const load = (variables: Record<string, string> = {}) =>
  loadReleaseKey({ NODE_ENV: "test", DATA_DIR: folder, ...variables });

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "release-key-"));
  file = path.join(folder, "secrets/release-signing-key");
});
afterEach(() => rm(folder, { recursive: true }));

test("is made once, for its owner alone, and by one of two that come at the same time", async () => {
  const [one, two] = await Promise.all([load(), load()]);
  expect(one.keyId).toBe(two.keyId);
  expect(one.madeIn).toBe(file);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  const later = await load();
  expect([later.keyId, later.madeIn]).toEqual([one.keyId, null]);
});

test("is refused when others may read it", async () => {
  await load();
  await chmod(file, 0o640);
  await expect(load()).rejects.toThrow(`may read or change ${file}`);
});

test("comes from the environment before the file, which is then of no interest", async () => {
  const { keyId } = await load();
  const encoded = (await readFile(file, "utf8")).trim();
  await chmod(file, 0o644);
  await writeFile(file, "something else");
  expect((await load({ RELEASE_SIGNING_KEY: encoded })).keyId).toBe(keyId);
});

test("is named by where it is from when it is no key", async () => {
  await expect(load({ RELEASE_SIGNING_KEY: "abc" })).rejects.toThrow("RELEASE_SIGNING_KEY is not an Ed25519");
  await load();
  await writeFile(file, "abc");
  await expect(load()).rejects.toThrow(`${file} is not an Ed25519`);
});
