// For commands that look into the database of a running `npm start`.
import { readFile } from "node:fs/promises";
import path from "node:path";

/** In PostgreSQL's postmaster.pid the port stands on the fourth line. */
const PORT_LINE = 3;

/**
 * The embedded PostgreSQL of a DATA_DIR, as the management server reaches it; null: none runs there, or this user may not
 * read where.
 */
export async function runningDatabaseUrl(dataDirectory: string): Promise<string | null> {
  try {
    const pidFile = await readFile(path.join(dataDirectory, "postgres", "cluster", "postmaster.pid"), "utf8");
    const password = await readFile(path.join(dataDirectory, "secrets", "postgres-password"), "utf8");
    const port = Number(pidFile.split("\n")[PORT_LINE]);
    if (!Number.isInteger(port) || port < 1) return null;
    return `postgresql://madoguchi:${encodeURIComponent(password.trim())}@127.0.0.1:${port}/madoguchi`;
  } catch {
    return null;
  }
}
