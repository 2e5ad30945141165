import { randomUUID } from "node:crypto";
import pg from "pg";

/** A database that every migration has been applied to; the set-up of the integration tests makes it. */
export const TEMPLATE_DATABASE = "madoguchi_template";

export interface TestDatabase {
  /** For the code under test. */
  url: string;
  /** Removes the database, whoever is still connected. */
  drop: () => Promise<void>;
}

/**
 * Makes a migrated, empty database that nobody else uses, by copying the template (some 50 ms).
 * @param options.template another database to copy, `template0` for one without any tables
 * @throws Error outside the integration tests, which alone have a TEST_DATABASE_URL
 */
export async function createTestDatabase({ template = TEMPLATE_DATABASE } = {}): Promise<TestDatabase> {
  const serverUrl = process.env.TEST_DATABASE_URL;
  if (!serverUrl) {
    throw new Error("TEST_DATABASE_URL is not set: run this with `npm test -- --only=integration`.");
  }
  const name = `test_${randomUUID().replaceAll("-", "")}`;
  await run(serverUrl, `CREATE DATABASE ${name} TEMPLATE ${pg.escapeIdentifier(template)}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => run(serverUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

async function run(serverUrl: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
