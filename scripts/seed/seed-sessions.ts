import pg from "pg";
import type { DeviceInformation } from "@/protocol/device-information";
import { takeAway } from "./take-away";

/**
 * Sessions for demonstrations, tests and measurements, written by PostgreSQL itself. They are as a company's own would be: business
 * hours and weekdays, a few ways of ending, notes, categories, answers. Measured on two cores: 1,000,000 in a new database,
 * {@link SeedOptions.exclusively exclusively}, take 50 s when nothing else runs and 102 s when others need the cores too.
 */
export interface SeedOptions {
  /** Of an existing company with at least one account. */
  readonly companyCode: string;
  readonly count: number;
  /** Spread over so many days, back from `until`. */
  readonly days?: number;
  readonly until?: Date;
  /** The same number draws the same sessions, with ids of their own; another one draws others. */
  readonly seed?: number;
  /** Of the last so many sessions, those that came to share a screen get measurements of their connections. */
  readonly withQuality?: number;
  /**
   * Takes the indexes and foreign keys of both tables away and makes them anew at the end, in the same transaction: pays for
   * hundreds of thousands, not for a few more in a long log. The product stands still meanwhile, as whoever else needs these tables, companies, accounts or relays waits.
   */
  readonly exclusively?: boolean;
  /** Called after every batch. */
  readonly onProgress?: (progress: SeedProgress) => void;
}

export interface SeedProgress {
  readonly batches: number;
  readonly ofBatches: number;
  readonly sessions: number;
}

export interface Seeded {
  readonly sessions: number;
  readonly elapsedMs: number;
}

const DEFAULT_DAYS = 365;
const DEFAULT_WITH_QUALITY = 200;
/** What is drawn at a time stays in memory (see {@link SETTINGS}), and a terminal hears of it every second or two. */
const SESSIONS_PER_BATCH = 20_000;
const MAX_SEED = 1_000;
const SETTINGS = ["temp_buffers = '64MB'", "work_mem = '64MB'", "maintenance_work_mem = '256MB'"];

/** Notes in the languages of the product, some of them what a careless program would run. */
const NOTES = [
  "",
  "",
  "Printer driver reinstalled; test page printed.",
  "VPNに接続できない。資格情報を更新して解決。",
  "Asked for a call back on Monday, 100% of the queue was affected.",
  '=HYPERLINK("https://example.com","open")',
  "<script>alert(1)</script> was in the title of the customer's page.",
  "メールソフトの設定を変更。再起動後に確認済み。",
];
const CATEGORIES = ["Printer", "Network", "メール", "Software"];

/** The machines of the customers, each as likely as the next; what is common is in it more often. */
const DEVICES = Array.from({ length: 60 }, (_, index): DeviceInformation => {
  const share = index / 60;
  const isMac = share >= 0.75 && share < 0.9;
  return {
    browserName: share < 0.5 ? "Chrome" : share < 0.75 ? "Edge" : isMac ? "Safari" : "Firefox",
    browserVersion: String(120 + Math.floor(share * 30)),
    osName: isMac ? "macOS" : "Windows",
    osVersion: isMac ? "26" : share < 0.3 ? "10" : "11",
    screenWidth: 1920,
    screenHeight: 1080,
    devicePixelRatio: 1,
    language: share < 0.8 ? "ja" : "en",
  };
});

/** A slice of the period, with what belongs in it. */
interface Batch {
  readonly index: number;
  readonly sessions: number;
  /** Of its last so many sessions the connections are measured. */
  readonly withQuality: number;
}

/**
 * Adds ended sessions to a company, with their reception numbers: all of them or, when something fails, none.
 *
 * @throws Error when there is no such company, or nobody in it
 */
export async function seedSessions(databaseUrl: string, options: SeedOptions): Promise<Seeded> {
  const { count, withQuality = DEFAULT_WITH_QUALITY, exclusively = false } = options;
  const startedAt = performance.now();
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    for (const setting of SETTINGS) await client.query(`SET ${setting}`);
    await client.query("BEGIN");
    const company = await findCompany(client, options.companyCode);
    const putBack = exclusively ? await takeAway(client) : undefined;
    await writeBatches(client, company, batchesOf(count, withQuality), options);
    await putBack?.();
    await client.query("COMMIT");
    // Otherwise PostgreSQL would do it by itself a little later, while somebody looks or measures.
    await client.query("VACUUM (ANALYZE) support_session, reception_number");
  } catch (error) {
    await client.query("ROLLBACK");
    throw error;
  } finally {
    await client.end();
  }
  return { sessions: count, elapsedMs: performance.now() - startedAt };
}

/** The period in slices, the oldest first, as the sessions of a company come. */
function batchesOf(count: number, withQuality: number): Batch[] {
  const total = Math.ceil(count / SESSIONS_PER_BATCH);
  return Array.from({ length: total }, (_, index) => {
    const [from, to] = [Math.floor((index * count) / total), Math.floor(((index + 1) * count) / total)];
    const measured = Math.max(0, withQuality - (count - to));
    return { index, sessions: to - from, withQuality: Math.min(to - from, measured) };
  });
}

interface Company {
  readonly id: string;
  readonly operators: readonly string[];
}

async function findCompany(client: pg.Client, code: string): Promise<Company> {
  const { rows } = await client.query<Company>(
    `SELECT c.id, array_agg(o.id ORDER BY o.id) AS operators FROM company c JOIN operator o ON o.company_id = c.id
     WHERE c.code = $1 AND o.deleted_at IS NULL GROUP BY c.id`,
    [code],
  );
  const [company] = rows;
  if (!company) throw new Error(`There is no company "${code}" with an account.`);
  return company;
}

async function writeBatches(
  client: pg.Client,
  company: Company,
  batches: readonly Batch[],
  { seed = 1, days = DEFAULT_DAYS, until = new Date(), onProgress }: SeedOptions,
): Promise<void> {
  const ofBatches = batches.length;
  const devices = DEVICES.map((device) => JSON.stringify(device));
  let written = 0;
  await client.query("SELECT setseed($1)", [(seed % MAX_SEED) / MAX_SEED]);
  for (const { index, sessions, withQuality } of batches) {
    const slice = [index / ofBatches, 1 / ofBatches];
    await client.query(DRAW, [
      sessions,
      until,
      days,
      company.operators,
      NOTES,
      CATEGORIES,
      devices,
      ...slice,
    ]);
    await client.query(RECEPTIONS, [company.id]);
    await client.query(SESSIONS, [company.id]);
    if (withQuality > 0) await client.query(QUALITY, [withQuality]);
    await client.query("DROP TABLE seeded");
    written += sessions;
    onProgress?.({ batches: index + 1, ofBatches, sessions: written });
  }
}

/** UUID version 7 of a moment: 48 bits of milliseconds, then chance, which no seed repeats: ids are never the same twice. */
const uuid7 = (at: string) => `encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
  PLACING substring(int8send((extract(epoch FROM ${at}) * 1000)::bigint) FROM 3) FROM 1 FOR 6), 52, 1), 53, 1), 'hex')::uuid`;

// $1 count, $2 until, $3 days, $4 operators, $5 notes, $6 categories, $7 devices,
// $8 and $9 beginning and length of the slice, as parts of the whole period
const DRAW = `
  CREATE TEMPORARY TABLE seeded AS
  WITH drawn AS (
    SELECT 1 - $8::float8 - $9::float8 * random() AS when_at, random() AS hour_at, random() AS who, random() AS fate,
      random() AS how_long, random() AS size, random() AS noted, random() AS filed, random() AS answered, random() AS machine
    FROM generate_series(1, $1::int)
  ), placed AS (
    SELECT *,
      -- Most of them between 9 and 18 o'clock in Tokyo, few at the weekend.
      date_trunc('day', $2::timestamptz - (when_at * $3::int) * interval '1 day')
        + (CASE WHEN hour_at < 0.92 THEN hour_at * 9.8 ELSE (hour_at - 0.92) * 300 END) * interval '1 hour' AS drawn_at
    FROM drawn
  ), timed AS MATERIALIZED (
    SELECT *, least($2::timestamptz - interval '1 hour',
      date_trunc('milliseconds', drawn_at - CASE WHEN extract(isodow FROM drawn_at) > 5 AND answered < 0.85
        THEN (extract(isodow FROM drawn_at)::int - 5 + floor(machine * 5)) * interval '1 day' ELSE interval '0' END)) AS created_at
    FROM placed
  )
  SELECT ${uuid7("created_at")} AS id, ${uuid7("created_at")} AS reception_id, created_at,
    -- The squares make the first operators busier than the last ones.
    ($4::uuid[])[1 + floor(who * who * cardinality($4::uuid[]))::int] AS operator_id,
    fate < 0.88 AS shared,
    floor(30 + 3000 * how_long * how_long * how_long)::int AS seconds,
    floor(200000 + 900000000 * size * size)::bigint AS bytes,
    CASE WHEN fate < 0.45 THEN 'stopped_by_customer' WHEN fate < 0.82 THEN 'ended_by_operator'
      WHEN fate < 0.87 THEN 'connection_lost' WHEN fate < 0.8799 THEN 'relay_lost' WHEN fate < 0.88 THEN 'revoked'
      WHEN fate < 0.92 THEN 'declined_by_customer' WHEN fate < 0.95 THEN 'not_answered'
      WHEN fate < 0.98 THEN 'cancelled_by_customer' ELSE 'declined_by_operator' END::end_reason AS end_reason,
    ($5::text[])[1 + floor(noted * cardinality($5::text[]))::int] AS note,
    CASE WHEN filed < 0.7 THEN ($6::text[])[1 + floor(filed / 0.7 * cardinality($6::text[]))::int] END AS category,
    CASE WHEN fate >= 0.88 OR answered > 0.4 THEN NULL WHEN answered < 0.3 THEN 'solved' WHEN answered < 0.36 THEN 'partly'
      ELSE 'not_solved' END::survey_answer AS survey_answer,
    ($7::jsonb[])[1 + floor(machine * cardinality($7::jsonb[]))::int] AS device
  FROM timed ORDER BY created_at`;

// $1 company
const RECEPTIONS = `
  INSERT INTO reception_number (id, company_id, operator_id, number_hash, state, issued_at, expires_at)
  SELECT reception_id, $1::uuid, operator_id, sha256(uuid_send(id)), 'used', created_at - interval '1 minute',
    created_at + interval '9 minutes'
  FROM seeded`;

const SESSIONS = `
  INSERT INTO support_session (id, company_id, operator_id, reception_id, phase, created_at, accepted_at, started_at, ended_at,
    end_reason, device, permissions, bytes_forwarded, duration_seconds, note, category, survey_answer)
  SELECT id, $1::uuid, operator_id, reception_id, 'ended', created_at,
    CASE WHEN shared THEN created_at + interval '12 seconds' END,
    CASE WHEN shared THEN created_at + interval '40 seconds' END,
    created_at + CASE WHEN shared THEN (40 + seconds) * interval '1 second' ELSE interval '35 seconds' END,
    end_reason, device, '{"view":false,"pointer":false,"control":false,"clipboard":false,"file":false}'::jsonb,
    CASE WHEN shared THEN bytes ELSE 0 END, CASE WHEN shared THEN seconds ELSE 0 END,
    CASE WHEN shared THEN note ELSE '' END, CASE WHEN shared THEN category END, survey_answer
  FROM seeded`;

// $1 sessions
const QUALITY = `
  INSERT INTO session_quality (id, session_id, at, rtt_ms, loss_ratio, frames_per_second, bitrate_bps)
  SELECT ${uuid7("at")}, session_id, at, 18 + 14 * random() + bump, least(1, 0.004 * random() + bump / 4000),
    greatest(1, 24 - 12 * random() - bump / 20), 600000 + 900000 * random()
  FROM (
    SELECT s.id AS session_id, s.created_at + (40 + second) * interval '1 second' AS at,
      -- Now and then the connection has a bad quarter of a minute.
      CASE WHEN random() < 0.06 THEN 120 * random() ELSE 0 END AS bump
    FROM (SELECT * FROM seeded ORDER BY created_at DESC LIMIT $1::int) s,
      generate_series(15, least(s.seconds, 2400), 15) second
    WHERE s.shared
  ) measured`;
