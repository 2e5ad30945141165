// Which PostgreSQL a start uses: the administrator's (DATABASE_URL), or one of our own in DATA_DIR.
import { mkdir } from "node:fs/promises";
import path from "node:path";
import type { StepControl } from "../setup/report.mjs";
import { databaseAccount } from "./postgres/account";
import { EmbeddedPostgres } from "./postgres/embedded-postgres";
import { locateCluster } from "./postgres/locate-cluster";
import { keep, newRandomSecret } from "./secrets";

export type EmbeddedDatabaseOptions = {
  dataDirectory: string;
  onUnexpectedExit: (description: string) => void;
};

/** Starts the embedded PostgreSQL of a DATA_DIR, whose lock the caller holds. */
export async function startEmbeddedDatabase(
  { dataDirectory, onUnexpectedExit }: EmbeddedDatabaseOptions,
  { note }: StepControl,
): Promise<EmbeddedPostgres> {
  const secrets = path.join(dataDirectory, "secrets");
  await mkdir(secrets, { recursive: true, mode: 0o700 });
  return await EmbeddedPostgres.create({
    folder: await locateCluster(dataDirectory, await databaseAccount(), note),
    superuserPassword: await keep(path.join(secrets, "postgres-superuser-password"), newRandomSecret),
    applicationPassword: await keep(path.join(secrets, "postgres-password"), newRandomSecret),
    durability: "full",
    onUnexpectedExit,
  });
}
