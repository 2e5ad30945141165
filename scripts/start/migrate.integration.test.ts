import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import pg from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "@/server/testing/database";
import { projectRoot } from "../setup/project.mjs";
import { migrate, readMigrations } from "./migrate";

let database: TestDatabase;
let folder: string;

beforeEach(async () => {
  database = await createTestDatabase({ template: "template0" });
  folder = await mkdtemp(path.join(os.tmpdir(), "madoguchi-migrations-"));
  await add("20260101000000_first", "CREATE TABLE first (id INT); CREATE TABLE other (id INT);");
});
afterEach(async () => {
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

async function add(name: string, sql: string): Promise<void> {
  await mkdir(path.join(folder, name), { recursive: true });
  await writeFile(path.join(folder, name, "migration.sql"), sql);
}

async function query<Row extends pg.QueryResultRow>(sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

test("the project's own migrations apply, and then there is nothing to do", async () => {
  const own = path.join(projectRoot, "prisma/migrations");
  const names = (await readMigrations(own)).map(({ name }) => name);
  expect(names.length).toBeGreaterThan(0);
  expect(await migrate(database.url)).toEqual(names);
  expect(await migrate(database.url)).toEqual([]);
});

test("each applied migration stands in Prisma's table with its checksum", async () => {
  await migrate(database.url, folder);
  const [migration] = await readMigrations(folder);
  const rows = await query("SELECT * FROM _prisma_migrations");
  expect(rows).toEqual([
    {
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      checksum: migration?.checksum,
      finished_at: expect.any(Date),
      migration_name: "20260101000000_first",
      logs: null,
      rolled_back_at: null,
      started_at: expect.any(Date),
      applied_steps_count: 1,
    },
  ]);
});

test("two that migrate at once apply everything once", async () => {
  const results = await Promise.all([1, 2, 3].map(() => migrate(database.url, folder)));
  expect(results.flat()).toEqual(["20260101000000_first"]);
});

test("a migration that fails leaves nothing, and works once it is mended", async () => {
  await add("20260102000000_second", "CREATE TABLE second (id INT); SELECT no_such_function();");
  await expect(migrate(database.url, folder)).rejects.toThrow(/20260102000000_second failed and was undone/);
  expect(await query("SELECT migration_name FROM _prisma_migrations")).toHaveLength(1);
  expect(await query("SELECT 1 FROM pg_tables WHERE tablename = 'second'")).toEqual([]);
  await add("20260102000000_second", "CREATE TABLE second (id INT);");
  expect(await migrate(database.url, folder)).toEqual(["20260102000000_second"]);
});

test("an applied migration that is edited stops the start, and the database stays as it was", async () => {
  await migrate(database.url, folder);
  await add("20260101000000_first", "CREATE TABLE first (id BIGINT);");
  await add("20260103000000_third", "CREATE TABLE third (id INT);");
  await expect(migrate(database.url, folder)).rejects.toThrow(/20260101000000_first was edited/);
  expect(await query("SELECT 1 FROM pg_tables WHERE tablename = 'third'")).toEqual([]);
});

test("a database that is not there is told without its password", async () => {
  const attempt = migrate("postgresql://nobody:hidden-word@127.0.0.1:1/nowhere", folder);
  await expect(attempt).rejects.toThrow(/The database does not let us in/);
  await expect(attempt).rejects.not.toThrow(/hidden-word/);
});
