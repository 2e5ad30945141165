import pg from "pg";
import { z } from "zod";
import { encodeCursor } from "@/server/domain/session-log/cursor";
import { seedSessions } from "../../../scripts/seed/seed-sessions";
import { productDatabaseUrl } from "../../fixtures/product-database";
import type { Stack } from "../../fixtures/stack";
import type { BenchResult, BenchSample } from "../report";
import { median, percentile } from "../statistics";
import { ApiClient } from "./api-client";

const SESSIONS = 1_000_000;
const ROWS_PER_PAGE = 50;
const FAR_PAGE = 5_000;
const ROUNDS = 10;
const CALLS_PER_ROUND = 10;
const GOAL_RATIO = 1.5;
/** Of the progress that is told. */
const BATCHES_PER_LINE = 10;

const pageSchema = z.object({ rows: z.array(z.unknown()), nextCursor: z.string().nullable() });

/**
 * Page 1 of a company's session log against page 5,000, with a million sessions in it, in turns. The seed makes the indexes anew at
 * its end: they are denser than ones that grew with the log, for both pages alike.
 */
export async function measureSessionList(stack: Stack, say: (line: string) => void): Promise<BenchResult> {
  const databaseUrl = await productDatabaseUrl(stack);
  const { elapsedMs } = await seedSessions(databaseUrl, {
    companyCode: "demo",
    count: SESSIONS,
    // Nobody else is there yet.
    exclusively: true,
    onProgress: ({ batches, ofBatches }) => {
      if (batches % BATCHES_PER_LINE === 0) say(`  ${batches} of ${ofBatches} batches of sessions`);
    },
  });
  say(`  ${SESSIONS.toLocaleString("en")} sessions made in ${(elapsedMs / 1_000).toFixed(0)} s`);

  const client = new ApiClient(stack.url);
  await client.signIn({ companyCode: "demo", operatorCode: "admin", password: stack.password });
  const far = await cursorBefore(databaseUrl, FAR_PAGE);
  const read = async (cursor: string | undefined): Promise<number> => {
    const since = performance.now();
    const page = pageSchema.parse(
      await client.query("log.list", { scope: "company", limit: ROWS_PER_PAGE, ...(cursor && { cursor }) }),
    );
    const ms = performance.now() - since;
    if (page.rows.length !== ROWS_PER_PAGE) throw new Error(`A page has ${page.rows.length} rows.`);
    return ms;
  };

  const samples: BenchSample[] = [];
  for (let warm = 0; warm < CALLS_PER_ROUND; warm += 1) {
    await read(undefined);
    await read(far);
  }
  for (let round = 0; round < ROUNDS; round += 1) {
    for (let call = 0; call < CALLS_PER_ROUND; call += 1) {
      samples.push({ series: "page 1", round, ms: await read(undefined) });
      samples.push({ series: `page ${FAR_PAGE}`, round, ms: await read(far) });
    }
  }
  const of = (series: string) => samples.filter((one) => one.series === series).map(({ ms }) => ms);
  const [first, last] = [of("page 1"), of(`page ${FAR_PAGE}`)];
  const ratio = median(last) / median(first);
  return {
    id: "session-list",
    title: `A page of ${ROWS_PER_PAGE} of ${SESSIONS.toLocaleString("en")} sessions`,
    rows: [
      {
        name: `session log of ${SESSIONS.toLocaleString("en")} rows: page ${FAR_PAGE.toLocaleString("en")}`,
        measured: `median ${median(last).toFixed(1)} ms (p95 ${percentile(last, 0.95).toFixed(1)})`,
        compared: `page 1: median ${median(first).toFixed(1)} ms (p95 ${percentile(first, 0.95).toFixed(1)})`,
        ratio,
        goal: `≤ ${GOAL_RATIO} × page 1`,
        met: ratio <= GOAL_RATIO,
        samples: `${ROUNDS} × ${CALLS_PER_ROUND} each`,
      },
    ],
    samples,
  };
}

/** The cursor with which the given page begins, as its predecessor's answer would carry it. */
async function cursorBefore(databaseUrl: string, page: number): Promise<string> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ id: string; created_at: Date }>(
      `SELECT s.id, s.created_at FROM support_session s JOIN company c ON c.id = s.company_id
       WHERE c.code = 'demo' AND s.phase = 'ended' ORDER BY s.created_at DESC, s.id DESC OFFSET $1 LIMIT 1`,
      [(page - 1) * ROWS_PER_PAGE - 1],
    );
    const [row] = rows;
    if (!row) throw new Error(`There is no page ${page}.`);
    return encodeCursor({ sort: "start", descending: true, key: row.created_at.getTime(), id: row.id });
  } finally {
    await client.end();
  }
}
