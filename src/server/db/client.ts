import { PrismaPg } from "@prisma/adapter-pg";
import pg from "pg";
import { AppError } from "@/lib/app-error";
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
  const database = new PrismaClient({
    adapter: new PrismaPg(pool, { disposeExternalPool: true }),
    transactionOptions: { maxWait: TRANSACTION_MAX_WAIT_MS, timeout: TRANSACTION_TIMEOUT_MS },
  });
  pools().set(database, pool);
  return database;
}

const shared = globalThis as typeof globalThis & {
  madoguchiDatabase?: Database;
  madoguchiPools?: WeakMap<Database, pg.Pool>;
};

function pools(): WeakMap<Database, pg.Pool> {
  shared.madoguchiPools ??= new WeakMap();
  return shared.madoguchiPools;
}

/**
 * Asks one statement of the client's own pool, past Prisma: for what is asked with every request, where Prisma's way takes longer than
 * PostgreSQL's. Each connection prepares the statement once and plans it no more.
 *
 * @returns the rows as `pg` reads them: `timestamptz` as Date, `uuid` as text, arrays as arrays
 * @throws AppError `UNAVAILABLE` when there is no answer; pg's DatabaseError when PostgreSQL refuses
 */
export async function queryPrepared(
  db: Database,
  statement: { readonly name: string; readonly text: string; readonly values: unknown[] },
): Promise<unknown[]> {
  const pool = poolOf(db);
  try {
    return (await pool.query<Record<string, unknown>>({ ...statement })).rows;
  } catch (error) {
    throw error instanceof pg.DatabaseError ? error : new AppError("UNAVAILABLE", { cause: error });
  }
}

/** A client's connections at one moment. `waiting` are queries that found none free. */
export interface PoolState {
  readonly max: number;
  readonly total: number;
  readonly idle: number;
  readonly waiting: number;
}

export function lookAtPool(db: Database): PoolState {
  const { options, totalCount, idleCount, waitingCount } = poolOf(db);
  return { max: options.max, total: totalCount, idle: idleCount, waiting: waitingCount };
}

function poolOf(db: Database): pg.Pool {
  const pool = pools().get(db);
  if (!pool) throw new TypeError("The client was not made by createDatabase.");
  return pool;
}

/** This process's client, made at the first call. */
export function getDatabase(connectionString: string): Database {
  shared.madoguchiDatabase ??= createDatabase(connectionString);
  return shared.madoguchiDatabase;
}
