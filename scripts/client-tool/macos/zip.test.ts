import { execFileSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { renameInZip } from "@/media/tool-download/rename-in-zip";
import { zipFolder } from "./zip";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "zip-"));
  await mkdir(path.join(folder, "Madoguchi.app/Contents/MacOS"), { recursive: true });
  await writeFile(path.join(folder, "Madoguchi.app/Contents/MacOS/madoguchi"), "program");
  await chmod(path.join(folder, "Madoguchi.app/Contents/MacOS/madoguchi"), 0o755);
  await writeFile(path.join(folder, "Madoguchi.app/Contents/Info.plist"), "<plist/>");
});
afterEach(() => rm(folder, { recursive: true }));

test("the page's archive has the pairing in the application's name, and the same program, ready to run", async () => {
  const archive = await zipFolder(path.join(folder, "Madoguchi.app"));
  const name = "madoguchi_support.example.com_AAAAAAAAAAAAAAAAAAAAAA.app";
  const renamed = await renameInZip(new Blob([new Uint8Array(archive)]), name);
  await writeFile(path.join(folder, "saved.zip"), Buffer.from(await renamed.arrayBuffer()));
  // Python reads it as any other program would, checks the sums and says the modes.
  const script = `import sys,zipfile
z=zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None
for i in z.infolist(): print(i.filename, oct(i.external_attr>>16), z.read(i).decode())`;
  const listed = execFileSync("python3", ["-c", script, path.join(folder, "saved.zip")], {
    encoding: "utf8",
  });
  expect(listed.trim().split("\n")).toEqual([
    `${name}/Contents/Info.plist 0o100644 <plist/>`,
    `${name}/Contents/MacOS/madoguchi 0o100755 program`,
  ]);
});

test("refuses what is no such archive", async () => {
  await expect(renameInZip(new Blob(["x".repeat(100)]), "y.app")).rejects.toThrow("no ZIP archive");
});
