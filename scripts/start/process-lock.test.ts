import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { processStartTime } from "./process-identity";
import { acquireLock } from "./process-lock";

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "madoguchi-lock-"));
  file = path.join(folder, "lock");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test("a held lock is refused and names its holder; a released one is free", async () => {
  const first = await acquireLock(file);
  if (!first.acquired) throw new Error("not acquired");
  expect(first.wasStale).toBe(false);
  expect(await acquireLock(file)).toEqual({ acquired: false, holder: { pid: process.pid } });
  await first.release();
  expect((await acquireLock(file)).acquired).toBe(true);
});

test("the lock of a process that is gone is taken over", async () => {
  const child = spawn(process.execPath, ["-e", "0"]);
  await once(child, "exit");
  await writeFile(file, JSON.stringify({ pid: child.pid, startedAt: "1", token: "t" }));
  expect(await acquireLock(file)).toMatchObject({ acquired: true, wasStale: true });
});

test("a process id that was given out again does not keep the lock", async () => {
  await writeFile(file, JSON.stringify({ pid: process.pid, startedAt: "another time", token: "t" }));
  expect(await acquireLock(file)).toMatchObject({ acquired: true, wasStale: true });
});

test.each(["", "{", '{"pid":"x"}'])("a damaged lock (%j) does not stop a start", async (content) => {
  await writeFile(file, content);
  expect(await acquireLock(file)).toMatchObject({ acquired: true, wasStale: true });
});

// Many times over: the race between two that break the same stale lock shows in one of fifty.
test.each(Array.from({ length: 60 }, (_, round) => round))(
  "of many that find a stale lock at once, one wins, and nothing is left lying about (%i)",
  async () => {
    await writeFile(file, JSON.stringify({ pid: process.pid, startedAt: "another time", token: "t" }));
    const attempts = await Promise.all(Array.from({ length: 12 }, () => acquireLock(file)));
    expect(attempts.filter(({ acquired }) => acquired)).toHaveLength(1);
    expect(await readdir(folder)).toEqual(["lock"]);
  },
);

test("a claim to break the lock whose maker died in the middle does not stop a start", async () => {
  const stale = JSON.stringify({ pid: process.pid, startedAt: "another time", token: "t" });
  await writeFile(file, stale);
  const name = createHash("sha256").update(stale).digest("hex").slice(0, 16);
  await writeFile(`${file}.breaking-${name}`, stale);
  expect(await acquireLock(file)).toMatchObject({ acquired: true, wasStale: true });
  expect(await readdir(folder)).toEqual(["lock"]);
});

test("releasing late leaves the lock of the next holder alone", async () => {
  const first = await acquireLock(file);
  if (!first.acquired) throw new Error("not acquired");
  const startedAt = await processStartTime(process.pid);
  const next = JSON.stringify({ pid: process.pid, startedAt, token: "next" });
  await writeFile(file, next);
  await first.release();
  expect(await readFile(file, "utf8")).toBe(next);
});
