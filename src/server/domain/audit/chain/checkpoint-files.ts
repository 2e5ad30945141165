import { createReadStream } from "node:fs";
import { mkdir, open, readdir } from "node:fs/promises";
import path from "node:path";
import { createInterface } from "node:readline";
import type { Environment } from "@/env";
import {
  type Checkpoint,
  type CheckpointKind,
  lineHash,
  readLine,
  signCheckpoint,
  writeLine,
} from "./checkpoint";

/**
 * The files of DATA_DIR/audit-checkpoints: for each chain one with checkpoints and, once something was removed, one with
 * retention statements. One JSON object a line, only ever appended to.
 */

const FOLDER = "audit-checkpoints";
const EXTENSION = ".jsonl";
/** More than the longest line. */
const TAIL_BYTES = 4_096;

export function checkpointFolder(env: Pick<Environment, "DATA_DIR">): string {
  return path.join(env.DATA_DIR, FOLDER);
}

/** `company:<uuid>` becomes `company-<uuid>.jsonl`: a colon is no part of a file name everywhere. */
function fileName(chain: string, kind: CheckpointKind): string {
  return `${chain.replace(":", "-")}${kind === "retention" ? ".retention" : ""}${EXTENSION}`;
}

/** Appends to one file follow one another, so that each names the line before it. */
const appends = new Map<string, Promise<unknown>>();

/**
 * Signs a statement and appends it; when this returns it is on the disk.
 *
 * A line that a crash left half written was never promised to anybody and is cut off.
 *
 * @throws NodeJS.ErrnoException when the folder cannot be written to
 */
export async function appendCheckpoint(
  env: Pick<Environment, "DATA_DIR" | "AUDIT_SIGNING_KEY">,
  statement: Pick<Checkpoint, "kind" | "chain" | "seq" | "hash"> & { at: Date },
): Promise<Checkpoint> {
  const folder = checkpointFolder(env);
  const file = path.join(folder, fileName(statement.chain, statement.kind));
  const before = appends.get(file) ?? Promise.resolve();
  const mine = before.then(
    () => append(folder, file, env, statement),
    () => append(folder, file, env, statement),
  );
  appends.set(file, mine);
  try {
    return await mine;
  } finally {
    if (appends.get(file) === mine) appends.delete(file);
  }
}

async function append(
  folder: string,
  file: string,
  env: Pick<Environment, "AUDIT_SIGNING_KEY">,
  { at, ...statement }: Pick<Checkpoint, "kind" | "chain" | "seq" | "hash"> & { at: Date },
): Promise<Checkpoint> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const handle = await open(file, "a+", 0o600);
  try {
    const { size } = await handle.stat();
    const { lastLine, wholeBytes } = await readTail(handle, size);
    if (wholeBytes < size) await handle.truncate(wholeBytes);
    const checkpoint = signCheckpoint(env.AUDIT_SIGNING_KEY, {
      ...statement,
      at: at.toISOString(),
      previous: lineHash(lastLine),
    });
    await handle.appendFile(`${writeLine(checkpoint)}\n`);
    await handle.sync();
    if (size === 0) await syncFolder(folder);
    return checkpoint;
  } finally {
    await handle.close();
  }
}

/** A new file's name is in its folder, which is flushed apart from the file. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function readTail(
  handle: Awaited<ReturnType<typeof open>>,
  size: number,
): Promise<{ lastLine: string | null; wholeBytes: number }> {
  const from = Math.max(0, size - TAIL_BYTES);
  const bytes = Buffer.alloc(size - from);
  await handle.read(bytes, 0, bytes.length, from);
  const end = bytes.lastIndexOf("\n");
  if (end === -1) return { lastLine: null, wholeBytes: from };
  const start = bytes.lastIndexOf("\n", end - 1);
  return { lastLine: bytes.subarray(start + 1, end).toString("utf8"), wholeBytes: from + end + 1 };
}

/** The last statement of a chain's file; null: there is none. Its signature is not checked. */
export async function lastCheckpoint(
  env: Pick<Environment, "DATA_DIR">,
  chain: string,
  kind: CheckpointKind,
): Promise<Checkpoint | null> {
  const handle = await open(path.join(checkpointFolder(env), fileName(chain, kind)), "r").catch(() => null);
  if (handle === null) return null;
  try {
    const { lastLine } = await readTail(handle, (await handle.stat()).size);
    return lastLine === null ? null : readLine(lastLine);
  } finally {
    await handle.close();
  }
}

/** A line of a checkpoint file as it was found. */
export interface FoundLine {
  readonly file: string;
  readonly lineNumber: number;
  /** Null: it cannot be read. */
  readonly checkpoint: Checkpoint | null;
  /** Whether it names the line before it. */
  readonly followsPrevious: boolean;
}

/**
 * Every line of the checkpoint files of a folder.
 *
 * @param only the chain whose file alone is read; null: all
 * @throws NodeJS.ErrnoException when the folder is there and cannot be read
 */
export async function* readCheckpoints(
  folder: string,
  kind: CheckpointKind,
  only: string | null,
): AsyncGenerator<FoundLine> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  const isRetention = (name: string) => name.endsWith(`.retention${EXTENSION}`);
  for (const name of names.sort()) {
    if (!name.endsWith(EXTENSION) || isRetention(name) !== (kind === "retention")) continue;
    if (only !== null && name !== fileName(only, kind)) continue;
    const file = path.join(folder, name);
    let previous: string | null = null;
    let lineNumber = 0;
    const lines = createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY });
    for await (const line of lines) {
      lineNumber += 1;
      const checkpoint = readLine(line);
      const isRight = checkpoint?.kind === kind && fileName(checkpoint.chain, kind) === name;
      yield {
        file,
        lineNumber,
        checkpoint: isRight ? checkpoint : null,
        followsPrevious: checkpoint?.previous === lineHash(previous),
      };
      previous = line;
    }
  }
}
