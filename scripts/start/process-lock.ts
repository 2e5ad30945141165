// A lock file that names the process holding it, so that what a killed process left behind is recognised.
import { createHash, randomUUID } from "node:crypto";
import { link, readFile, rm, writeFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
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

/** How often a lock left behind is looked at before giving up, and the pause in between: others may be breaking it. */
const MAX_ATTEMPTS = 100;
const ATTEMPT_PAUSE_MS = 10;

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
      if (!(await breakStale(file, own))) await pause(ATTEMPT_PAUSE_MS);
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

async function readText(file: string): Promise<string | undefined> {
  return await readFile(file, "utf8").catch(() => undefined);
}

function parseHolder(text: string | undefined): z.infer<typeof holderSchema> | undefined {
  try {
    return holderSchema.parse(JSON.parse(text ?? ""));
  } catch {
    return undefined;
  }
}

async function livingHolder(file: string): Promise<LockHolder | undefined> {
  const holder = parseHolder(await readText(file));
  if (holder === undefined) return undefined;
  return (await processStartTime(holder.pid)) === holder.startedAt ? { pid: holder.pid } : undefined;
}

/**
 * Takes a dead process's lock away. Whoever does so first claims that very lock, by a file named after its content; nobody
 * without the claim removes it, so the lock that somebody else has taken meanwhile cannot be hit by mistake.
 *
 * @returns whether it is away
 */
async function breakStale(file: string, own: string): Promise<boolean> {
  const stale = await readText(file);
  if (stale === undefined) return true;
  const claim = `${file}.breaking-${createHash("sha256").update(stale).digest("hex").slice(0, 16)}`;
  if (!(await linked(own, claim))) {
    // A claim whose maker died in the middle would stand for ever.
    const claimant = parseHolder(await readText(claim));
    if (claimant !== undefined && (await processStartTime(claimant.pid)) !== claimant.startedAt) {
      await rm(claim, { force: true });
    }
    return false;
  }
  try {
    // It may have been broken, and taken anew, between the look and the claim.
    if ((await readText(file)) === stale && (await livingHolder(file)) === undefined) {
      await rm(file, { force: true });
    }
    return true;
  } finally {
    await rm(claim, { force: true });
  }
}

async function release(file: string, token: string): Promise<void> {
  const holder = parseHolder(await readText(file));
  if (holder?.token === token) await rm(file, { force: true });
}
