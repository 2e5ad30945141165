import { randomUUID } from "node:crypto";
import { type Browser, chromium, type Page } from "@playwright/test";
import { CONSENTED_PERMISSIONS } from "@/protocol/permissions";
import { baseFlags, findChromium } from "../../fixtures/chromium";
import { type BenchRelay, startBenchRelay } from "../bench-relay";
import { pageScript } from "../page-script";
import type { BenchResult, BenchSample } from "../report";
import { median, percentile } from "../statistics";

const ROUNDS = 5;
const IDLE_CLICKS = 250;
const BULK_BYTES = 200_000_000;
const WARM_UP_BYTES = 20_000_000;
/** Clicks come at most this often; a person's come once in a while, so that each finds the machine as it is. */
const CLICK_INTERVAL_MS = 20;
/** Clicks while the bulk data begins to flow, not counted. */
const WARM_UP_CLICKS = 10;
const GOAL_RATIO = 1.25;

type Condition = "idle" | "bulk";

/**
 * How long an operator's click takes to the customer's handler, while nothing else happens and while 200 MB flow from the
 * operator to the customer: two browsers, the relay between them, in turns.
 */
export async function measureControlUnderBulk(
  workerBin: string,
  say: (line: string) => void,
): Promise<BenchResult> {
  const relay = await startBenchRelay(workerBin);
  const launch = { executablePath: findChromium(), args: [...baseFlags] };
  const [operatorBrowser, customerBrowser] = [await chromium.launch(launch), await chromium.launch(launch)];
  const samples: BenchSample[] = [];
  const rates: number[] = [];
  try {
    const script = await pageScript("e2e/bench/bulk/in-page.ts");
    const operator = await openPage(operatorBrowser, relay, script);
    const customer = await openPage(customerBrowser, relay, script);
    const sessionId = randomUUID();
    const permissions = { ...CONSENTED_PERMISSIONS, file: true };
    for (const [page, role] of [
      [operator, "operator"],
      [customer, "customer"],
    ] as const) {
      const assignment = await relay.assign(sessionId, role, permissions);
      await page.evaluate((one) => bulkBench.join(one), assignment);
    }
    await operator.waitForFunction(() => bulkBench.isReady());
    // Round -1 warms up both conditions and the browsers themselves; it is not counted.
    for (let round = -1; round < ROUNDS; round += 1) {
      const order: Condition[] = Math.abs(round) % 2 === 0 ? ["idle", "bulk"] : ["bulk", "idle"];
      for (const condition of order) {
        const offsetMs = await operator.evaluate(() => bulkBench.clockOffsetMs());
        const bulkBytes = round < 0 ? WARM_UP_BYTES : BULK_BYTES;
        if (condition === "bulk") {
          await operator.evaluate((bytes) => bulkBench.sendBulk(bytes), bulkBytes);
          await clicks(operator, customer, WARM_UP_CLICKS, async () => true);
        }
        const latencies = await clicks(
          operator,
          customer,
          condition === "idle" ? IDLE_CLICKS : Number.POSITIVE_INFINITY,
          async () =>
            condition === "idle" || (await operator.evaluate(() => bulkBench.bulkSeconds())) === null,
        );
        const corrected = latencies.map((ms) => ms - offsetMs);
        const seconds = await operator.evaluate(() => bulkBench.bulkSeconds());
        const rate = bulkBytes / 1e6 / (seconds ?? Number.NaN);
        if (round >= 0) samples.push(...corrected.map((ms) => ({ series: condition, round, ms })));
        if (round >= 0 && condition === "bulk") rates.push(rate);
        say(
          `  round ${round + 1}/${ROUNDS} ${condition}: median ${median(corrected).toFixed(2)} ms, p95 ${percentile(corrected, 0.95).toFixed(2)} ms, ${corrected.length} clicks${condition === "bulk" ? `, ${rate.toFixed(1)} MB/s` : ""}`,
        );
      }
    }
  } finally {
    await operatorBrowser.close();
    await customerBrowser.close();
    relay.close();
  }
  return summarise(samples, median(rates));
}

/** Clicks until there have been enough or it shall not go on. @returns each click's way to the handler, by two clocks */
async function clicks(
  operator: Page,
  customer: Page,
  count: number,
  goesOn: () => Promise<boolean>,
): Promise<number[]> {
  await Promise.all([
    operator.evaluate(() => bulkBench.takeClicks()),
    customer.evaluate(() => bulkBench.takeHandled()),
  ]);
  let clicked = 0;
  while (clicked < count && (await goesOn())) {
    await operator.mouse.down();
    await operator.mouse.up();
    clicked += 1;
    await operator.waitForTimeout(CLICK_INTERVAL_MS);
  }
  const sent = await operator.evaluate(() => bulkBench.takeClicks());
  const handled: number[] = [];
  while (handled.length < sent.length) {
    handled.push(...(await customer.evaluate(() => bulkBench.takeHandled())));
  }
  return sent.map((at, index) => (handled[index] ?? Number.NaN) - at);
}

function summarise(samples: readonly BenchSample[], rate: number): BenchResult {
  const rounds = [...new Set(samples.map(({ round }) => round))];
  const of = (condition: Condition, round: number) =>
    samples.filter((one) => one.series === condition && one.round === round).map(({ ms }) => ms);
  const typical = (condition: Condition, share: number) =>
    median(rounds.map((round) => percentile(of(condition, round), share)));
  const inWords = (condition: Condition) =>
    `p95 ${typical(condition, 0.95).toFixed(2)} ms (median ${typical(condition, 0.5).toFixed(2)})`;
  const ratio = typical("bulk", 0.95) / typical("idle", 0.95);
  return {
    id: "control-under-bulk",
    title: "Operator's click to the customer's handler",
    rows: [
      {
        name: "Operator's click → customer's handler, while 200 MB of bulk data are under way",
        measured: `${inWords("bulk")} at ${rate.toFixed(0)} MB/s`,
        compared: `idle: ${inWords("idle")}`,
        ratio,
        goal: `p95 ≤ ${GOAL_RATIO} ×`,
        met: ratio <= GOAL_RATIO,
        samples: `${rounds.length} rounds, ${samples.filter(({ series }) => series === "bulk").length} and ${samples.filter(({ series }) => series === "idle").length} clicks`,
      },
    ],
    samples,
  };
}

async function openPage(browser: Browser, relay: BenchRelay, script: string): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await page.goto(relay.pageUrl);
  await page.addScriptTag({ content: script });
  await page.mouse.move(300, 300);
  return page;
}
