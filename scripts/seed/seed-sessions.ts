import pg from "pg";

/**
 * Sessions for demonstrations, tests and measurements, written by PostgreSQL itself: 50,000 take about a second. They are as a
 * company's own would be: business hours and weekdays, a few ways of ending, notes, categories, answers.
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
  /** The connections of the last so many sessions get measurements. */
  readonly withQuality?: number;
}

export interface Seeded {
  readonly sessions: number;
  readonly elapsedMs: number;
}

const DEFAULT_DAYS = 365;
const DEFAULT_WITH_QUALITY = 200;

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

/**
 * Adds ended sessions to a company, with their reception numbers.
 *
 * @throws Error when there is no such company, or nobody in it
 */
export async function seedSessions(databaseUrl: string, options: SeedOptions): Promise<Seeded> {
  const { companyCode, count, days = DEFAULT_DAYS, until = new Date(), seed = 1 } = options;
  const startedAt = performance.now();
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query("BEGIN");
    const company = await client.query<{ id: string; operators: string[] }>(
      `SELECT c.id, array_agg(o.id ORDER BY o.id) AS operators FROM company c JOIN operator o ON o.company_id = c.id
       WHERE c.code = $1 AND o.deleted_at IS NULL GROUP BY c.id`,
      [companyCode],
    );
    const found = company.rows[0];
    if (!found) throw new Error(`There is no company "${companyCode}" with an account.`);
    await client.query("SELECT setseed($1)", [(seed % 1_000) / 1_000]);
    await client.query(DRAW, [count, until, days, found.operators, NOTES, CATEGORIES]);
    await client.query(RECEPTIONS, [found.id]);
    await client.query(SESSIONS, [found.id]);
    await client.query(QUALITY, [options.withQuality ?? DEFAULT_WITH_QUALITY]);
    await client.query("COMMIT");
    await client.query("ANALYZE support_session");
  } catch (error) {
    await client.query("ROLLBACK");
    throw error;
  } finally {
    await client.end();
  }
  return { sessions: count, elapsedMs: performance.now() - startedAt };
}

/** UUID version 7 of a moment: 48 bits of milliseconds, then chance, which no seed repeats: ids are never the same twice. */
const uuid7 = (at: string) => `(lpad(to_hex((extract(epoch FROM ${at}) * 1000)::bigint), 12, '0')
  || '7' || substr(gen_random_uuid()::text, 1, 3) || '8' || substr(replace(gen_random_uuid()::text, '-', ''), 17, 15))::uuid`;

// $1 count, $2 until, $3 days, $4 operators, $5 notes, $6 categories
const DRAW = `
  CREATE TEMPORARY TABLE seeded ON COMMIT DROP AS
  WITH drawn AS (
    SELECT random() AS when_at, random() AS hour_at, random() AS who, random() AS fate, random() AS how_long, random() AS size,
      random() AS noted, random() AS filed, random() AS answered, random() AS machine
    FROM generate_series(1, $1::int)
  ), placed AS (
    SELECT *,
      -- Most of them between 9 and 18 o'clock in Tokyo, few at the weekend.
      date_trunc('day', $2::timestamptz - (when_at * $3::int) * interval '1 day')
        + (CASE WHEN hour_at < 0.92 THEN hour_at * 9.8 ELSE (hour_at - 0.92) * 300 END) * interval '1 hour' AS drawn_at
    FROM drawn
  ), timed AS (
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
    jsonb_build_object(
      'browserName', CASE WHEN machine < 0.5 THEN 'Chrome' WHEN machine < 0.75 THEN 'Edge' WHEN machine < 0.9 THEN 'Safari' ELSE 'Firefox' END,
      'browserVersion', (120 + floor(machine * 30))::text,
      'osName', CASE WHEN machine BETWEEN 0.75 AND 0.9 THEN 'macOS' ELSE 'Windows' END,
      'osVersion', CASE WHEN machine BETWEEN 0.75 AND 0.9 THEN '26' WHEN machine < 0.3 THEN '10' ELSE '11' END,
      'screenWidth', 1920, 'screenHeight', 1080, 'devicePixelRatio', 1, 'language', CASE WHEN machine < 0.8 THEN 'ja' ELSE 'en' END
    ) AS device
  FROM timed`;

// $1 company
const RECEPTIONS = `
  INSERT INTO reception_number (id, company_id, operator_id, number_hash, state, issued_at, expires_at)
  SELECT reception_id, $1::uuid, operator_id, decode(md5(id::text), 'hex'), 'used', created_at - interval '1 minute',
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
  FROM seeded ORDER BY created_at`;

// $1 sessions
const QUALITY = `
  INSERT INTO session_quality (id, session_id, at, rtt_ms, loss_ratio, frames_per_second, bitrate_bps)
  SELECT ${uuid7("at")}, session_id, at, 18 + 14 * random() + bump, least(1, 0.004 * random() + bump / 4000),
    greatest(1, 24 - 12 * random() - bump / 20), 600000 + 900000 * random()
  FROM (
    SELECT s.id AS session_id, s.created_at + (40 + second) * interval '1 second' AS at,
      -- Now and then the connection has a bad quarter of a minute.
      CASE WHEN random() < 0.06 THEN 120 * random() ELSE 0 END AS bump
    FROM (SELECT * FROM seeded WHERE shared ORDER BY created_at DESC LIMIT $1::int) s,
      generate_series(15, least(s.seconds, 2400), 15) second
  ) measured`;
