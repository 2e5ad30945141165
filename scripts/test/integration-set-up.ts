// Vitest calls this once before all integration tests: a real PostgreSQL and a real mediasoup worker.
import { randomBytes } from "node:crypto";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import pg from "pg";
import { TEMPLATE_DATABASE } from "@/server/testing/database";
import { ensureMediasoupWorker } from "../setup/mediasoup-worker";
import { migrate } from "../start/migrate";
import { databaseAccount } from "../start/postgres/account";
import { EmbeddedPostgres } from "../start/postgres/embedded-postgres";
import { locateCluster } from "../start/postgres/locate-cluster";

/** Sets TEST_DATABASE_URL and MEDIASOUP_WORKER_BIN for the test processes; what it returns takes everything away. */
export default async function setUp(): Promise<() => Promise<void>> {
  const control = { skip: () => undefined, note: (text: string) => console.log(text) };
  process.env.MEDIASOUP_WORKER_BIN = await ensureMediasoupWorker(control);
  const directory = await mkdtemp(path.join(os.tmpdir(), "madoguchi-integration-"));
  // PostgreSQL may run as another user, who has to pass.
  await chmod(directory, 0o711);
  const postgres = await EmbeddedPostgres.create({
    folder: await locateCluster(directory, await databaseAccount(), control.note),
    superuserPassword: randomBytes(16).toString("hex"),
    applicationPassword: randomBytes(16).toString("hex"),
    durability: "none",
  });
  try {
    await makeTemplate(postgres.superuserUrl);
  } catch (error) {
    await tearDown();
    throw error;
  }
  process.env.TEST_DATABASE_URL = postgres.superuserUrl;
  return tearDown;

  async function tearDown(): Promise<void> {
    await postgres.close();
    await rm(directory, { recursive: true, force: true });
  }
}

async function makeTemplate(superuserUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: superuserUrl });
  await client.connect();
  try {
    await client.query(`CREATE DATABASE ${TEMPLATE_DATABASE}`);
  } finally {
    await client.end();
  }
  const template = new URL(superuserUrl);
  template.pathname = `/${TEMPLATE_DATABASE}`;
  await migrate(template.href);
}
