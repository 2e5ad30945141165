import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import pg from "pg";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { processStartTime } from "../process-identity";
import { databaseAccount } from "./account";
import { EmbeddedPostgres } from "./embedded-postgres";
import { locateCluster } from "./locate-cluster";

const WAIT = { timeout: 20_000, interval: 50 };
let directory: string;
let running: EmbeddedPostgres[];

beforeEach(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), "madoguchi-postgres-"));
  running = [];
});
afterEach(async () => {
  await Promise.all(running.map((postgres) => postgres.close()));
  await rm(directory, { recursive: true, force: true });
});

async function start(onUnexpectedExit?: (how: string) => void): Promise<EmbeddedPostgres> {
  const postgres = await EmbeddedPostgres.create({
    folder: await locateCluster(directory, await databaseAccount(), () => undefined),
    superuserPassword: "superuser-password",
    applicationPassword: "application-password",
    durability: "full",
    onUnexpectedExit,
  });
  running.push(postgres);
  return postgres;
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

function pidOf(postgres: EmbeddedPostgres): number {
  if (postgres.pid === undefined) throw new Error("PostgreSQL has no process.");
  return postgres.pid;
}

test("is durable, on loopback, asks for the password, and gives the application no more than its database", async () => {
  const { url } = await start();
  expect(await query(url, "SHOW fsync")).toEqual([{ fsync: "on" }]);
  expect(await query(url, "SHOW listen_addresses")).toEqual([{ listen_addresses: "127.0.0.1" }]);
  await query(url, "CREATE TABLE t (id INT)");
  await expect(query(url, "COPY t FROM PROGRAM 'id'")).rejects.toThrow(/permission denied/);
  await expect(query(url.replace("application-password", "guess"), "SELECT 1")).rejects.toThrow(/password/);
});

test("keeps what was committed through kill -9, and starts again on the same port", async () => {
  const exits: string[] = [];
  const postgres = await start((how) => exits.push(how));
  const { url } = postgres;
  await query(url, "CREATE TABLE t (id INT); INSERT INTO t VALUES (7)");
  process.kill(pidOf(postgres), "SIGKILL");
  await vi.waitFor(() => expect(exits).toEqual(["was ended by SIGKILL"]), WAIT);
  await vi.waitFor(() => postgres.restart(), WAIT);
  expect(postgres.url).toBe(url);
  expect(await query(url, "SELECT id FROM t")).toEqual([{ id: 7 }]);
});

test("stops one that an earlier start left behind, and takes over its files", async () => {
  const left = await start();
  await query(left.url, "CREATE TABLE t (id INT); INSERT INTO t VALUES (8)");
  const next = await start();
  expect(await processStartTime(pidOf(left))).toBeUndefined();
  expect(await query(next.url, "SELECT id FROM t")).toEqual([{ id: 8 }]);
});

test("a postmaster.pid that names a process of somebody else does not stop the start", async () => {
  await (await start()).close();
  await writeFile(path.join(directory, "postgres/cluster/postmaster.pid"), `${process.pid}\n`);
  const postgres = await start();
  expect(await query(postgres.url, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
});

test("files made half by an interrupted start are made anew", async () => {
  const account = await databaseAccount();
  const folder = await locateCluster(directory, account, () => undefined);
  await writeFile(path.join(folder, "cluster.new"), "half");
  const postgres = await start();
  expect(await query(postgres.url, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
});

test("a DATA_DIR that is closed to others is opened for passing, no further", async () => {
  await chmod(directory, 0o700);
  const folder = await locateCluster(directory, await databaseAccount(), () => undefined);
  expect(folder).toBe(path.join(directory, "postgres"));
});

test("closing twice is closing once, and no restart follows", async () => {
  const postgres = await start();
  await Promise.all([postgres.close(), postgres.close()]);
  await postgres.restart();
  expect(await processStartTime(pidOf(postgres))).toBeUndefined();
});
