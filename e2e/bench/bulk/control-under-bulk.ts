import type { Page } from "@playwright/test";
import { unlessQuick } from "../quick";
import type { BenchResult, BenchSample } from "../report";
import { median, percentile } from "../statistics";
import { openTwoPages } from "./two-pages";

const ROUNDS = unlessQuick(5, 1);
/** Half of them before the bulk data and half after it, so that what changes on the machine meanwhile falls on both sides. */
const IDLE_CLICKS = unlessQuick(400, 60);
const BULK_CLICKS = IDLE_CLICKS;
const BULK_BYTES = unlessQuick(200_000_000, 20_000_000);
const WARM_UP_BYTES = 20_000_000;
const WARM_UP_CLICKS = 60;
/** Clicks come at most this often; a person's come once in a while, so that each finds the machine as it is. */
const CLICK_INTERVAL_MS = 20;
/** Clicks while the bulk data begins to flow, not counted. */
const FIRST_CLICKS = 10;
const GOAL_RATIO = 1.25;

type Condition = "idle" | "bulk";

/** How fast the bulk data went, in MB/s. */
interface Rates {
  readonly clicking: number;
  readonly otherwise: number;
}

interface Round {
  readonly latencies: Readonly<Record<Condition, readonly number[]>>;
  readonly rates: Rates;
}

/**
 * How long an operator's click takes to the customer's handler: while nothing else happens, and while 200 MB are under way from
 * the operator to the customer. Two browsers, the relay between them, in turns. Bulk data gives way to whoever acts, so how fast
 * it goes is measured during the clicks and after them, until the 200 MB are there.
 */
export async function measureControlUnderBulk(
  workerBin: string,
  say: (line: string) => void,
): Promise<BenchResult> {
  const pages = await openTwoPages(workerBin, "e2e/bench/bulk/in-page.ts", (page, assignment) =>
    page.evaluate((one) => bulkBench.join(one), assignment),
  );
  const { operator, customer } = pages;
  const rounds: Round[] = [];
  try {
    await operator.waitForFunction(() => bulkBench.isReady());
    for (const page of [operator, customer]) await page.mouse.move(300, 300);
    // The browsers themselves warm up as well; this is not counted.
    await measureRound(operator, customer, { clicks: WARM_UP_CLICKS, bulkBytes: WARM_UP_BYTES });
    for (let round = 0; round < ROUNDS; round += 1) {
      const measured = await measureRound(operator, customer, {
        clicks: BULK_CLICKS,
        bulkBytes: BULK_BYTES,
      });
      rounds.push(measured);
      const { latencies, rates } = measured;
      const inWords = (condition: Condition) =>
        `${condition} median ${median(latencies[condition]).toFixed(2)} ms, p95 ${percentile(latencies[condition], 0.95).toFixed(2)} ms`;
      say(
        `  round ${round + 1}/${ROUNDS}: ${inWords("idle")}; ${inWords("bulk")} at ${rates.clicking.toFixed(1)} MB/s; without clicks ${rates.otherwise.toFixed(1)} MB/s`,
      );
    }
  } finally {
    await pages.close();
  }
  return summarise(rounds);
}

async function measureRound(
  operator: Page,
  customer: Page,
  { clicks, bulkBytes }: { clicks: number; bulkBytes: number },
): Promise<Round> {
  const before = await clickLatencies(operator, customer, clicks / 2);
  await operator.evaluate((bytes) => bulkBench.sendBulk(bytes), bulkBytes);
  await click(operator, FIRST_CLICKS);
  const atFirst = await progress(customer);
  const bulk = await clickLatencies(operator, customer, clicks);
  const atLast = await progress(customer);
  if (!(await operator.evaluate(() => bulkBench.isBulkUnderWay()))) {
    throw new Error("The bulk data was there before the last click: the clicks tell nothing.");
  }
  await operator.waitForFunction(() => !bulkBench.isBulkUnderWay(), null, { timeout: 0 });
  const atEnd = await progress(customer);
  const after = await clickLatencies(operator, customer, clicks / 2);
  return {
    latencies: { idle: [...before, ...after], bulk },
    rates: { clicking: rate(atFirst, atLast), otherwise: rate(atLast, atEnd) },
  };
}

/** @returns each click's way to the handler, in ms by two clocks that were compared just before */
async function clickLatencies(operator: Page, customer: Page, count: number): Promise<number[]> {
  const offsetMs = await operator.evaluate(() => bulkBench.clockOffsetMs());
  await Promise.all([
    operator.evaluate(() => bulkBench.takeClicks()),
    customer.evaluate(() => bulkBench.takeHandled()),
  ]);
  await click(operator, count);
  const sent = await operator.evaluate(() => bulkBench.takeClicks());
  const handled: number[] = [];
  while (handled.length < sent.length) {
    handled.push(...(await customer.evaluate(() => bulkBench.takeHandled())));
  }
  return sent.map((at, index) => (handled[index] ?? Number.NaN) - at - offsetMs);
}

async function click(operator: Page, count: number): Promise<void> {
  for (let clicked = 0; clicked < count; clicked += 1) {
    await operator.mouse.down();
    await operator.mouse.up();
    await operator.waitForTimeout(CLICK_INTERVAL_MS);
  }
}

type Progress = Awaited<ReturnType<typeof progress>>;

function progress(customer: Page) {
  return customer.evaluate(() => bulkBench.progress());
}

function rate(from: Progress, to: Progress): number {
  return (to.bytes - from.bytes) / 1e6 / (to.atSeconds - from.atSeconds);
}

function summarise(rounds: readonly Round[]): BenchResult {
  const typical = (condition: Condition, share: number) =>
    median(rounds.map(({ latencies }) => percentile(latencies[condition], share)));
  const inWords = (condition: Condition) =>
    `p95 ${typical(condition, 0.95).toFixed(2)} ms (median ${typical(condition, 0.5).toFixed(2)})`;
  const [clicking, otherwise] = (["clicking", "otherwise"] as const).map((when) =>
    median(rounds.map(({ rates }) => rates[when])).toFixed(1),
  );
  const ratio = typical("bulk", 0.95) / typical("idle", 0.95);
  const ratios = rounds.map(({ latencies }) =>
    (percentile(latencies.bulk, 0.95) / percentile(latencies.idle, 0.95)).toFixed(2),
  );
  const samples = rounds.flatMap(({ latencies }, round): BenchSample[] =>
    (["idle", "bulk"] as const).flatMap((series) => latencies[series].map((ms) => ({ series, round, ms }))),
  );
  return {
    id: "control-under-bulk",
    title: "Operator's click to the customer's handler",
    rows: [
      {
        name: "Operator's click → customer's handler, while 200 MB of bulk data are under way",
        measured: `${inWords("bulk")}; bulk data at ${clicking} MB/s meanwhile, ${otherwise} MB/s without clicks`,
        compared: `idle: ${inWords("idle")}`,
        ratio,
        goal: `p95 ≤ ${GOAL_RATIO} ×`,
        met: ratio <= GOAL_RATIO,
        // Rounds that differ much tell of a machine that was not quiet: an idle p95 that something else made long flatters the ratio.
        samples: `${rounds.length} rounds of ${IDLE_CLICKS} and ${BULK_CLICKS} clicks; ratios of the rounds ${ratios.join(", ")}`,
      },
    ],
    samples,
  };
}
