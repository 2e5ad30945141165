import { execFile, spawnSync } from "node:child_process";
import { mkdtemp, open, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ZipEntry, zipStream } from "./zip-stream";

/** Python's zipfile is an implementation that has nothing to do with this one. */
const READ = `
import sys, zipfile, json
with zipfile.ZipFile(sys.argv[1]) as archive:
    assert archive.testzip() is None
    print(json.dumps({name: archive.read(name).decode() for name in archive.namelist()}))
`;
const run = promisify(execFile);
/** Not every machine has it; the integration test of the export reads its archive by itself. */
const hasPython = spawnSync("python3", ["--version"]).status === 0;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "madoguchi-zip-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function* entriesOf(files: Record<string, readonly string[]>): AsyncGenerator<ZipEntry> {
  for (const [name, pieces] of Object.entries(files)) {
    yield {
      name,
      content: (async function* () {
        yield* pieces;
      })(),
    };
  }
}

async function collect(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

test.skipIf(!hasPython)(
  "another program reads every file, names in Japanese and an empty one too",
  async () => {
    const long = Array.from({ length: 500 }, (_, index) => `line ${index} ${"x".repeat(1000)}\n`);
    const bytes = await collect(zipStream(entriesOf({ "会社.txt": ["窓口", "です"], empty: [], long })));
    expect(bytes.length).toBeLessThan(100_000);
    const file = path.join(folder, "plain.zip");
    await writeFile(file, bytes);
    const { stdout } = await run("python3", ["-c", READ, file], { maxBuffer: 10_000_000 });
    expect(JSON.parse(stdout)).toEqual({ "会社.txt": "窓口です", empty: "", long: long.join("") });
  },
);

test.skipIf(!hasPython)("an archive of more than 4 GiB is read as well", async () => {
  const offset = 0x1_0000_1000;
  const bytes = await collect(zipStream(entriesOf({ "far.txt": ["far away"] }), offset));
  const file = path.join(folder, "far.zip");
  await writeFile(file, "");
  // A file with a hole: it takes no room on the disk.
  await truncate(file, offset);
  const handle = await open(file, "r+");
  await handle.write(bytes, 0, bytes.length, offset);
  await handle.close();
  const { stdout } = await run("python3", ["-c", READ, file]);
  expect(JSON.parse(stdout)).toEqual({ "far.txt": "far away" });
});

test("an error while reading ends the archive with it", async () => {
  async function* broken(): AsyncGenerator<ZipEntry> {
    yield {
      name: "a",
      content: (async function* () {
        yield "some";
        throw new Error("the database is gone");
      })(),
    };
  }
  await expect(collect(zipStream(broken()))).rejects.toThrow("the database is gone");
});
