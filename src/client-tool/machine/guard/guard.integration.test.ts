import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

/** A guard of its own process, as on Windows and macOS, over a machine that only writes down what is done to it. */

const PATIENCE = { timeout: 20_000 };
let folder: string;
let program: ChildProcess;
const record = () => path.join(folder, "record");

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "madoguchi-guard-"));
  program = fork(fileURLToPath(new URL("testing/hold-under-guard.ts", import.meta.url)), [record()], {
    execArgv: ["--import", "tsx"],
  });
  await once(program, "message");
});

afterEach(async () => {
  program.kill("SIGKILL");
  await rm(folder, { recursive: true });
});

async function recorded(last: string): Promise<string[]> {
  return await vi.waitFor(async () => {
    const lines = (await readFile(record(), "utf8")).trimEnd().split("\n");
    expect(lines.at(-1)).toBe(last);
    return lines;
  }, PATIENCE);
}

test("of a process that is killed it lets go of what was held last, the last first", async () => {
  program.kill("SIGKILL");
  expect(await recorded("left")).toEqual([
    "key KeyB up",
    "key ShiftLeft up",
    "button 2 up",
    "closed",
    "left",
  ]);
});

test("of a process that has let go itself it touches nothing", async () => {
  program.send("end");
  expect(await recorded("over")).toEqual(["over"]);
});
