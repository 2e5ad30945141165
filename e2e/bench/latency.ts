import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserContext, chromium, type Page } from "@playwright/test";
import { Painter } from "../actors/painter";
import { baseFlags, findChromium, wholeScreenFlags } from "../fixtures/chromium";
import { openDisplay } from "../fixtures/display";
import { type BenchRelay, startBenchRelay } from "./bench-relay";
import { pageScript } from "./page-script";
import { unlessQuick } from "./quick";
import type { BenchResult, BenchSample } from "./report";
import { median, percentile } from "./statistics";

const ROUNDS = unlessQuick(6, 2);
const CHANGES_PER_ROUND = unlessQuick(30, 5);
/** The first seconds of a call are slower while congestion control finds its rate; they are another question. */
const WARM_UP_CHANGES = unlessQuick(12, 5);
const GOAL_RATIO = 1.1;
const CHANGE_TIMEOUT_MS = 5_000;
/** A spot in the painter's window, as fractions of the display. */
const SPOT = { x: 1100 / 1280, y: 500 / 800 };

type Path = "relay" | "direct";

/**
 * How long it takes from a change on the customer's display to the changed pixel at the operator: through the relay, and directly
 * between the same two browsers, in turns. A quick run has two rounds of a few changes.
 */
export async function measureLatency(workerBin: string, say: (line: string) => void): Promise<BenchResult> {
  const relay = await startBenchRelay(workerBin);
  const display = await openDisplay();
  const painter = await Painter.open(display);
  await painter.paint("rgb(0, 0, 0)");
  const profile = await mkdtemp(join(tmpdir(), "madoguchi-bench-"));
  const script = await pageScript("e2e/bench/in-page.ts");
  const customerBrowser = await chromium.launchPersistentContext(profile, {
    headless: false,
    executablePath: findChromium(),
    args: [...baseFlags, ...wholeScreenFlags, "--window-position=0,0", "--window-size=900,780"],
    env: { ...process.env, DISPLAY: display.name },
    viewport: null,
  });
  const operatorBrowser = await chromium.launch({ executablePath: findChromium(), args: [...baseFlags] });
  const samples: BenchSample[] = [];
  try {
    const customer = await openPage(customerBrowser, relay, script);
    const operator = await openPage(await operatorBrowser.newContext(), relay, script);
    await wireSignals(customer, operator);
    // Capturing needs a click of the person.
    await customer.mouse.click(200, 200);
    const outcome = await customer.evaluate(() => bench.capture());
    if (outcome !== "captured") throw new Error(`The display could not be captured: ${outcome}`);
    await operator.evaluate(({ x, y }) => bench.watch(x, y), SPOT);
    // Round -1 warms up both paths and the browsers themselves; it is not counted.
    for (let round = -1; round < ROUNDS; round += 1) {
      const paths: readonly Path[] = round % 2 === 0 ? ["relay", "direct"] : ["direct", "relay"];
      for (const path of paths) {
        await connect(path, relay, customer, operator);
        await changes(painter, operator, WARM_UP_CHANGES);
        const latencies = await changes(painter, operator, CHANGES_PER_ROUND);
        if (round >= 0) samples.push(...latencies.map((ms) => ({ series: path, round, ms })));
        say(`  round ${round + 1}/${ROUNDS} ${path}: median ${median(latencies).toFixed(1)} ms`);
        await Promise.all([customer.evaluate(() => bench.close()), operator.evaluate(() => bench.close())]);
      }
    }
  } finally {
    await operatorBrowser.close();
    await customerBrowser.close();
    await painter.close();
    display.close();
    relay.close();
    await rm(profile, { recursive: true, force: true });
  }
  return summarise(samples);
}

function summarise(samples: readonly BenchSample[]): BenchResult {
  const of = (path: Path) => samples.filter(({ series }) => series === path);
  const typical = (path: Path) =>
    median(
      [...new Set(samples.map(({ round }) => round))].map((round) =>
        median(
          of(path)
            .filter((sample) => sample.round === round)
            .map(({ ms }) => ms),
        ),
      ),
    );
  const inWords = (path: Path) => {
    const p95 = percentile(
      of(path).map(({ ms }) => ms),
      0.95,
    );
    return `${typical(path).toFixed(1)} ms (p95 ${p95.toFixed(1)})`;
  };
  const ratio = typical("relay") / typical("direct");
  return {
    id: "latency",
    title: "Change on the customer's display to the operator's pixel",
    rows: [
      {
        name: "Change on the display → pixel at the operator, through the relay",
        measured: inWords("relay"),
        compared: `direct (simple-peer): ${inWords("direct")}`,
        ratio,
        goal: `≤ ${GOAL_RATIO.toFixed(2)} ×`,
        met: ratio <= GOAL_RATIO,
        samples: `${ROUNDS} rounds × ${CHANGES_PER_ROUND} changes each`,
      },
    ],
    samples,
  };
}

async function connect(path: Path, relay: BenchRelay, customer: Page, operator: Page): Promise<void> {
  if (path === "relay") {
    const sessionId = randomUUID();
    const [share, view] = [
      await relay.assign(sessionId, "customer"),
      await relay.assign(sessionId, "operator"),
    ];
    await customer.evaluate((assignment) => bench.shareThroughRelay(assignment), share);
    await operator.evaluate((assignment) => bench.viewThroughRelay(assignment), view);
  } else {
    await operator.evaluate(() => bench.openDirect(false));
    await customer.evaluate(() => bench.openDirect(true));
  }
  await operator.waitForFunction(() => bench.playing());
}

/** Changes the painter's colour time and again. @returns the latencies in ms */
async function changes(painter: Painter, operator: Page, count: number): Promise<number[]> {
  const latencies: number[] = [];
  for (let i = 0; i < count; i += 1) {
    await operator.evaluate(() => bench.forgetChanges());
    const changedAt = await painter.toggle();
    const seen = await operator.evaluate((limitMs) => bench.nextChange(limitMs), CHANGE_TIMEOUT_MS);
    if (!seen) throw new Error(`A change was not to be seen within ${CHANGE_TIMEOUT_MS} ms.`);
    latencies.push(seen.at - changedAt);
  }
  return latencies;
}

async function openPage(context: BrowserContext, relay: BenchRelay, script: string): Promise<Page> {
  const page = context.pages()[0] ?? (await context.newPage());
  await page.goto(relay.pageUrl);
  await page.addScriptTag({ content: script });
  return page;
}

/** Carries the signals of the direct path from either page to the other. */
async function wireSignals(customer: Page, operator: Page): Promise<void> {
  await customer.exposeFunction("carrySignal", (signal: string) =>
    operator.evaluate((text) => bench.acceptSignal(text), signal),
  );
  await operator.exposeFunction("carrySignal", (signal: string) =>
    customer.evaluate((text) => bench.acceptSignal(text), signal),
  );
}
