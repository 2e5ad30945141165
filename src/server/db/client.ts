import { PrismaPg } from "@prisma/adapter-pg";
import pg from "pg";
import { PrismaClient } from "./generated/client";

/**
 * One pool of connections and one Prisma client a process.
 *
 * Next bundles the instrumentation, the route handlers and the pages apart, so a module variable would exist once in each
 * bundle; `globalThis` is the only place that they share.
 */
export type Database = PrismaClient;

/** A client, or the client of a running `$transaction`: what a query needs. */
export type DatabaseOrTransaction = Omit<
  PrismaClient,
  "$connect" | "$disconnect" | "$on" | "$transaction" | "$extends"
>;

const POOL_SIZE = 20;
const CONNECT_TIMEOUT_MS = 5_000;
const IDLE_TIMEOUT_MS = 60_000;
/** Prisma's own 2 s and 5 s fail honest work on a machine that is busy for a moment. */
const TRANSACTION_MAX_WAIT_MS = 5_000;
const TRANSACTION_TIMEOUT_MS = 20_000;

/**
 * A raw query that begins with this comment is prepared once on each connection and planned no more: for the few that are
 * asked with every request, whose planning takes longer than their work. What Prisma writes itself has no bounded number of
 * forms, and is not prepared.
 */
const PREPARED = /^\s*\/\* prepared ([a-z_]{1,40}) \*\//;

/** A client with a pool of its own. The caller disconnects it. */
export function createDatabase(connectionString: string, options: { poolSize?: number } = {}): Database {
  const pool = new pg.Pool({
    connectionString,
    max: options.poolSize ?? POOL_SIZE,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    idleTimeoutMillis: IDLE_TIMEOUT_MS,
    application_name: "madoguchi",
  });
  // A connection that breaks while it idles is replaced at the next query; without a listener the event would end the process.
  pool.on("error", () => undefined);
  return new PrismaClient({
    adapter: new PrismaPg(pool, { disposeExternalPool: true, statementNameGenerator: preparedName }),
    transactionOptions: { maxWait: TRANSACTION_MAX_WAIT_MS, timeout: TRANSACTION_TIMEOUT_MS },
  });
}

const shared = globalThis as typeof globalThis & { madoguchiDatabase?: Database };

/** This process's client, made at the first call. */
export function getDatabase(connectionString: string): Database {
  shared.madoguchiDatabase ??= createDatabase(connectionString);
  return shared.madoguchiDatabase;
}

/** The name under which a connection keeps a query's plan; empty: it does not. */
function preparedName({ sql }: { readonly sql: string }): string {
  return PREPARED.exec(sql)?.[1] ?? "";
}
