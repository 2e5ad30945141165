import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { brotliDecompressSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { BuiltTool } from "./build";
import { prepareFile } from "./release-file";

const sha256 = (content: Buffer) => createHash("sha256").update(content).digest("hex");
const program = Buffer.from("MZ and what follows ".repeat(1_000));
let folder: string;
let built: BuiltTool;

beforeEach(async () => {
  // Whatever is in the path, the command gets it as one argument.
  folder = await mkdtemp(path.join(os.tmpdir(), "release file $(id) '-"));
  const product = path.join(folder, "madoguchi.exe");
  await writeFile(product, program);
  built = { platform: "windows", arch: "x64", product, executable: product };
});
afterEach(() => rm(folder, { recursive: true }));

test("what the signing command leaves behind is what is hashed and published, and the build stays as it was", async () => {
  const { content, compressed, file } = await prepareFile(built, "1.2.3", {
    NODE_ENV: "test",
    MADOGUCHI_SIGN_WINDOWS: `f() { printf signature >> "$1"; }; f`,
  });
  const signed = Buffer.concat([program, Buffer.from("signature")]);
  expect(content.equals(signed)).toBe(true);
  expect(file).toMatchObject({
    isSystemSigned: true,
    sizeBytes: signed.length,
    sha256: sha256(signed),
    path: `files/madoguchi-1.2.3-windows-x64-${sha256(signed).slice(0, 16)}.exe`,
    compressed: { sizeBytes: compressed.length, sha256: sha256(compressed) },
  });
  expect(brotliDecompressSync(compressed).equals(signed)).toBe(true);
  expect((await readFile(built.product)).equals(program)).toBe(true);
  expect(await readdir(folder)).toEqual(["madoguchi.exe"]);
});

test("a signing command that fails stops the release and leaves nothing", async () => {
  const release = prepareFile(built, "1.2.3", { NODE_ENV: "test", MADOGUCHI_SIGN_WINDOWS: "exit 3; :" });
  await expect(release).rejects.toThrow("MADOGUCHI_SIGN_WINDOWS ended with 3");
  expect(await readdir(folder)).toEqual(["madoguchi.exe"]);
});

test("what was compressed once is used again, unless it is damaged", async () => {
  const first = await prepareFile(built, "1.2.3", { NODE_ENV: "test" });
  const [kept = ""] = (await readdir(folder)).filter((name) => name.endsWith(".br"));
  expect(kept).toBe(`${first.file.sha256}-${first.file.compressed.sha256}.br`);
  await writeFile(path.join(folder, kept), "damaged");
  const second = await prepareFile(built, "1.2.3", { NODE_ENV: "test" });
  expect(second.compressed.equals(first.compressed)).toBe(true);
  expect(second.file.isSystemSigned).toBe(false);
});
