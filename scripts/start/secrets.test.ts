import { createPrivateKey, createPublicKey, sign, verify } from "node:crypto";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { loadSecrets } from "./secrets";

const NOTHING_SET = { NODE_ENV: "test" } as const;
let folder: string;
beforeEach(async () => {
  folder = path.join(await mkdtemp(path.join(os.tmpdir(), "madoguchi-secrets-")), "secrets");
});
afterEach(() => rm(path.dirname(folder), { recursive: true, force: true }));

test("secrets are made once, for the owner alone, and stay the same", async () => {
  const first = await loadSecrets({ folder, variables: NOTHING_SET, mayCreate: true });
  expect(await loadSecrets({ folder, variables: NOTHING_SET, mayCreate: true })).toEqual(first);
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
  const files = await readdir(folder);
  expect(files).toHaveLength(6);
  for (const file of files) expect((await stat(path.join(folder, file))).mode & 0o777).toBe(0o600);
});

test("the public key checks what the signing key signs", async () => {
  const secrets = await loadSecrets({ folder, variables: NOTHING_SET, mayCreate: true });
  const data = Buffer.from("token");
  const signature = sign(null, data, createPrivateKey(Buffer.from(secrets.TOKEN_SIGNING_KEY, "base64")));
  const publicKey = createPublicKey(Buffer.from(secrets.TOKEN_PUBLIC_KEY, "base64"));
  expect(verify(null, data, publicKey, signature)).toBe(true);
});

test("in production a missing secret is named and none is made", async () => {
  const { COOKIE_SECRET: _missing, ...given } = await loadSecrets({
    folder,
    variables: NOTHING_SET,
    mayCreate: true,
  });
  await rm(folder, { recursive: true });
  await expect(
    loadSecrets({ folder, variables: { ...NOTHING_SET, ...given }, mayCreate: false }),
  ).rejects.toThrow("Missing: COOKIE_SECRET.");
  await expect(readdir(folder)).rejects.toThrow("ENOENT");
});

test.each([
  ["NUMBER_KEY", "short"],
  ["RELAY_SECRET", "not base64url at all, and rather longer than 32"],
  ["DATA_KEY", "short"],
  ["TOKEN_SIGNING_KEY", "bm90IGEga2V5"],
  ["AUDIT_SIGNING_KEY", "bm90IGEga2V5"],
])("a malformed %s is named", async (name, value) => {
  const variables = { ...NOTHING_SET, [name]: value };
  await expect(loadSecrets({ folder, variables, mayCreate: true })).rejects.toThrow(name);
});
