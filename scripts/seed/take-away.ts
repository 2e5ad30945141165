import type pg from "pg";

/** Tables that are filled, and what slows that down: checked or kept up row by row, it takes most of the time. */
const TABLES = ["support_session", "reception_number"];

/**
 * Takes indexes and foreign keys off the tables that are filled; call it and what it returns in one transaction. From here to the end of
 * that transaction nobody else can use these tables nor those they refer to; when it fails, nothing was taken away.
 *
 * @returns makes all of them again as they were, and checks that every reference leads somewhere
 */
export async function takeAway(client: pg.Client): Promise<() => Promise<void>> {
  const foreignKeys = await client.query<Removable>(FOREIGN_KEYS, [TABLES]);
  const indexes = await client.query<Removable>(INDEXES, [TABLES]);
  // References first: an index that one of them needs cannot go before it.
  const parts = [...foreignKeys.rows, ...indexes.rows];
  for (const { drop } of parts) await client.query(drop);
  return async () => {
    for (const { make } of parts.toReversed()) await client.query(make);
  };
}

interface Removable {
  readonly drop: string;
  readonly make: string;
}

const FOREIGN_KEYS = `
  SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) AS drop,
    format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) AS make
  FROM pg_constraint WHERE contype = 'f' AND conrelid = ANY($1::text[]::regclass[]) ORDER BY conname`;

/** Without those that stand for a primary key, or that other tables refer to. */
const INDEXES = `
  SELECT format('DROP INDEX %s', indexrelid::regclass) AS drop, pg_get_indexdef(indexrelid) AS make
  FROM pg_index WHERE indrelid = ANY($1::text[]::regclass[])
    AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid) ORDER BY indexrelid`;
