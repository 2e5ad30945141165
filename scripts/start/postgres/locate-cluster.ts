// Where the embedded PostgreSQL keeps its files.
import { randomBytes } from "node:crypto";
import { chmod, chown, lstat, mkdir, readlink, rmdir, stat, symlink } from "node:fs/promises";
import path from "node:path";
import { StepError } from "../../setup/report.mjs";
import { type Account, canEnter } from "./account";

/** For what the database account must reach when it cannot enter the project or DATA_DIR. Used by root alone. */
export const SHARED_FOLDER = "/var/lib/madoguchi";

export async function ensureSharedFolder(): Promise<void> {
  await mkdir(SHARED_FOLDER, { recursive: true, mode: 0o755 });
}

/**
 * Returns the folder for the database files, made and owned by the account: `DATA_DIR/postgres`. When root starts
 * Madoguchi in a place that the account cannot enter (`/root`, a folder with mode 0700), it is a folder
 * below /var/lib/madoguchi, and `DATA_DIR/postgres` a link to it.
 */
export async function locateCluster(
  dataDirectory: string,
  account: Account,
  note: (text: string) => void,
): Promise<string> {
  const place = path.join(dataDirectory, "postgres");
  const kind = await lstat(place).catch(() => undefined);
  if (kind?.isSymbolicLink()) return await followLink(place, account);
  if (kind?.isDirectory()) {
    await own(place, account);
    if (await canEnter(place, account)) return place;
    throw new StepError(
      `The database user cannot enter ${place}: a folder above it is closed to others.`,
      "Open that folder for passing through (chmod o+x), or start Madoguchi as the user who owns it.",
    );
  }
  await mkdir(place, { recursive: true, mode: 0o700 });
  await own(place, account);
  if (account.uid !== undefined) await openForPassing(dataDirectory);
  if (await canEnter(place, account)) return place;

  await rmdir(place);
  await ensureSharedFolder();
  const name = `${path.basename(path.dirname(dataDirectory))}-${randomBytes(4).toString("hex")}`;
  const outside = path.join(SHARED_FOLDER, name);
  await mkdir(outside, { mode: 0o700 });
  await own(outside, account);
  await symlink(outside, place);
  note(
    `The database user cannot enter ${dataDirectory}, so the database is in ${outside} (linked from DATA_DIR).`,
  );
  return outside;
}

/** DATA_DIR itself is ours to open for passing through; its secrets are in a folder of their own that stays closed. */
async function openForPassing(dataDirectory: string): Promise<void> {
  const { mode } = await stat(dataDirectory);
  await chmod(dataDirectory, (mode & 0o7777) | 0o011);
}

async function followLink(place: string, account: Account): Promise<string> {
  const target = path.resolve(path.dirname(place), await readlink(place));
  const exists = await stat(target).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (exists && (await canEnter(target, account))) return target;
  throw new StepError(
    `${place} leads to ${target}, which ${exists ? "the database user cannot enter" : "is gone"}.`,
    `Bring ${target} back, or remove the link ${place} to begin with an empty database.`,
  );
}

async function own(folder: string, { uid, gid }: Account): Promise<void> {
  if (uid !== undefined && gid !== undefined) await chown(folder, uid, gid);
}
