// Applies prisma/migrations in Prisma's own way, without Prisma's schema engine (a binary that some networks cannot
// download). `prisma migrate deploy` works on the same database: same table, same checksums, same lock.
import { randomUUID } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import pg from "pg";
import { projectRoot, sha256 } from "../setup/project.mjs";
import { StepError } from "../setup/report.mjs";

/** The advisory lock that Prisma's engine takes too, so the two never work at the same time. */
const PRISMA_ADVISORY_LOCK = 72_707_369;
const CONNECT_TIMEOUT_MS = 10_000;

export type Migration = { name: string; sql: string; checksum: string };

export type AppliedMigration = {
  name: string;
  checksum: string;
  isFinished: boolean;
  isRolledBack: boolean;
};

/**
 * Brings a database up to the newest migration and returns the names of those it applied now.
 * Each runs in a transaction of its own together with its entry in `_prisma_migrations`, so a failed one leaves nothing.
 * Throws a StepError when the database cannot be reached, and when its history and the folder disagree.
 */
export async function migrate(
  databaseUrl: string,
  folder = path.join(projectRoot, "prisma/migrations"),
): Promise<string[]> {
  const migrations = await readMigrations(folder);
  const client = new pg.Client({
    connectionString: databaseUrl,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    application_name: "madoguchi-migrate",
  });
  // A connection that breaks later is reported by the query that was running.
  client.on("error", () => undefined);
  await client.connect().catch((error: unknown) => {
    throw new StepError(
      `The database does not let us in: ${error instanceof Error ? error.message : String(error)}.`,
      "Check DATABASE_URL, and that PostgreSQL runs and accepts this user.",
    );
  });
  try {
    await client.query("SELECT pg_advisory_lock($1)", [PRISMA_ADVISORY_LOCK]);
    await client.query(CREATE_HISTORY);
    const pending = pendingMigrations(migrations, await readHistory(client));
    for (const migration of pending) await apply(client, migration);
    return pending.map(({ name }) => name);
  } finally {
    // Ending the session also gives the lock back.
    await client.end();
  }
}

/** The migrations of a folder in the order of their names, which begin with a time stamp. */
export async function readMigrations(folder: string): Promise<Migration[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
  return await Promise.all(
    names.map(async (name) => {
      const content = await readFile(path.join(folder, name, "migration.sql")).catch(() => {
        throw new StepError(`The migration ${name} has no migration.sql.`, "Restore the file.");
      });
      return { name, sql: content.toString("utf8"), checksum: sha256(content) };
    }),
  );
}

/** What is left to apply. Throws a StepError when what was applied is not what the folder holds. */
export function pendingMigrations(
  migrations: readonly Migration[],
  history: readonly AppliedMigration[],
): Migration[] {
  const standing = history.filter(({ isRolledBack }) => !isRolledBack);
  const failed = standing.find(({ isFinished }) => !isFinished);
  if (failed) {
    throw new StepError(
      `The migration ${failed.name} was begun on this database and did not finish.`,
      `Mend the database by hand, then say so with: npx prisma migrate resolve --applied ${failed.name} (or --rolled-back).`,
    );
  }
  const known = new Map(migrations.map((migration) => [migration.name, migration]));
  for (const applied of standing) {
    const migration = known.get(applied.name);
    if (!migration) {
      throw new StepError(
        `This database has the migration ${applied.name}, which this version of Madoguchi does not know.`,
        "Start the newer version that made it, or restore a backup from before the upgrade.",
      );
    }
    if (migration.checksum !== applied.checksum) {
      throw new StepError(
        `The migration ${applied.name} was edited after this database had applied it.`,
        "Restore the file as it was and put the change into a new migration.",
      );
    }
  }
  const done = new Set(standing.map(({ name }) => name));
  return migrations.filter(({ name }) => !done.has(name));
}

async function apply(client: pg.Client, migration: Migration): Promise<void> {
  const startedAt = new Date();
  try {
    await client.query("BEGIN");
    await client.query(migration.sql);
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, $4, clock_timestamp(), 1)`,
      [randomUUID(), migration.checksum, migration.name, startedAt],
    );
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK").catch(() => undefined);
    throw new StepError(
      `The migration ${migration.name} failed and was undone: ${error instanceof Error ? error.message : String(error)}.`,
      "Nothing of it remains. Mend the cause, then start again.",
      { cause: error },
    );
  }
}

async function readHistory(client: pg.Client): Promise<AppliedMigration[]> {
  const { rows } = await client.query<{
    migration_name: string;
    checksum: string;
    finished_at: Date | null;
    rolled_back_at: Date | null;
  }>(
    "SELECT migration_name, checksum, finished_at, rolled_back_at FROM _prisma_migrations ORDER BY started_at",
  );
  return rows.map((row) => ({
    name: row.migration_name,
    checksum: row.checksum,
    isFinished: row.finished_at !== null,
    isRolledBack: row.rolled_back_at !== null,
  }));
}

/** The table as Prisma's engine makes it, column by column. */
const CREATE_HISTORY = `
  CREATE TABLE IF NOT EXISTS _prisma_migrations (
    id                  VARCHAR(36) PRIMARY KEY NOT NULL,
    checksum            VARCHAR(64) NOT NULL,
    finished_at         TIMESTAMPTZ,
    migration_name      VARCHAR(255) NOT NULL,
    logs                TEXT,
    rolled_back_at      TIMESTAMPTZ,
    started_at          TIMESTAMPTZ NOT NULL DEFAULT now(),
    applied_steps_count INTEGER NOT NULL DEFAULT 0
  )`;
