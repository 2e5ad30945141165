// A lock file that names the process holding it, so that what a killed process left behind is recognised.
import { randomUUID } from "node:crypto";
import { link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { z } from "zod";
import { processStartTime } from "./process-identity";

const holderSchema = z.object({ pid: z.number().int().positive(), startedAt: z.string(), token: z.string() });

export type LockHolder = { pid: number };

export type LockAttempt =
  | {
      acquired: true;
      /** Whether a dead process held it before: its children may still be on their way out. */
      wasStale: boolean;
      release: () => Promise<void>;
    }
  | { acquired: false; holder: LockHolder };

/** How often a lock left behind is broken and lost to somebody else before giving up. */
const MAX_ATTEMPTS = 5;

/** Takes the lock when nobody living holds it. Throws only for errors of the file system. */
export async function acquireLock(file: string): Promise<LockAttempt> {
  const token = randomUUID();
  const own = `${file}.${token}`;
  const startedAt = (await processStartTime(process.pid)) ?? "";
  await writeFile(own, JSON.stringify({ pid: process.pid, startedAt, token }), { mode: 0o600 });
  let wasStale = false;
  try {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      // Unlike writing, linking fails when the name is taken, and what appears is complete at once.
      if (await linked(own, file)) return { acquired: true, wasStale, release: () => release(file, token) };
      const holder = await livingHolder(file);
      if (holder !== undefined) return { acquired: false, holder };
      await moveAside(file, token);
      wasStale = true;
    }
    return { acquired: false, holder: (await livingHolder(file)) ?? { pid: 0 } };
  } finally {
    await rm(own, { force: true });
  }
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

async function readHolder(file: string): Promise<z.infer<typeof holderSchema> | undefined> {
  const text = await readFile(file, "utf8").catch(() => "");
  try {
    return holderSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

async function livingHolder(file: string): Promise<LockHolder | undefined> {
  const holder = await readHolder(file);
  if (holder === undefined) return undefined;
  return (await processStartTime(holder.pid)) === holder.startedAt ? { pid: holder.pid } : undefined;
}

/**
 * Takes a dead process's lock away. Between looking and renaming, somebody else may have broken it and taken the
 * lock: then what was moved is alive, and goes back.
 */
async function moveAside(file: string, token: string): Promise<void> {
  const aside = `${file}.stale-${token}`;
  await rename(file, aside).catch(() => undefined);
  if ((await livingHolder(aside)) !== undefined) await linked(aside, file);
  await rm(aside, { force: true });
}

async function release(file: string, token: string): Promise<void> {
  const holder = await readHolder(file);
  if (holder?.token === token) await rm(file, { force: true });
}
