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
import { type NoVncDisplay, openNoVncDisplay } from "./relay/novnc";
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

const GOAL_NOVNC_RATIO = 0.6;

type Path = "relay" | "direct" | "noVNC";
/** What else is on the display: nothing that moves, or text that is scrolled. */
type Content = "still" | "scrolled text";
interface Condition {
  readonly path: Path;
  readonly content: Content;
}
const conditions: readonly Condition[] = [
  { path: "relay", content: "still" },
  { path: "direct", content: "still" },
  { path: "noVNC", content: "still" },
  { path: "relay", content: "scrolled text" },
  { path: "noVNC", content: "scrolled text" },
];
const seriesOf = ({ path, content }: Condition) => (content === "still" ? path : `${path}, ${content}`);

/**
 * How long it takes from a change on the customer's display to the changed pixel at the operator: through the relay, directly
 * between the same two browsers, and from a display of TigerVNC to noVNC in the operator's browser, in turns. VNC sends a changed
 * colour as it is and needs no time for that, so it is measured with text being scrolled beside it too. Without noVNC its rows are
 * left out. A quick run has two rounds of a few changes.
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
  const noVnc = await openNoVncDisplay();
  if (noVnc === null) say("  noVNC is not installed; its row is left out.");
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
      const possible = conditions.filter(({ path }) => path !== "noVNC" || noVnc !== null);
      for (const condition of Math.abs(round) % 2 === 0 ? possible : possible.reverse()) {
        const { path, content } = condition;
        const series = seriesOf(condition);
        const add = (latencies: number[]) => {
          if (round >= 0) samples.push(...latencies.map((ms) => ({ series, round, ms })));
          say(`  round ${round + 1}/${ROUNDS} ${series}: median ${median(latencies).toFixed(1)} ms`);
        };
        // On the display of the other path nothing moves, so that it costs nothing.
        await painter.scrollText(path !== "noVNC" && content === "scrolled text");
        await noVnc?.painter.scrollText(path === "noVNC" && content === "scrolled text");
        if (path === "noVNC") {
          if (noVnc !== null) add(await throughNoVnc(noVnc, operator.context(), script));
          continue;
        }
        await connect(path, relay, customer, operator);
        await changes(painter, operator, WARM_UP_CHANGES);
        add(await changes(painter, operator, CHANGES_PER_ROUND));
        await Promise.all([customer.evaluate(() => bench.close()), operator.evaluate(() => bench.close())]);
      }
    }
  } finally {
    await operatorBrowser.close();
    await customerBrowser.close();
    await painter.close();
    await noVnc?.close();
    display.close();
    relay.close();
    await rm(profile, { recursive: true, force: true });
  }
  return summarise(samples);
}

function summarise(samples: readonly BenchSample[]): BenchResult {
  const of = (condition: Condition) => samples.filter(({ series }) => series === seriesOf(condition));
  const typical = (condition: Condition) =>
    median(
      [...new Set(samples.map(({ round }) => round))].map((round) =>
        median(
          of(condition)
            .filter((sample) => sample.round === round)
            .map(({ ms }) => ms),
        ),
      ),
    );
  const inWords = (condition: Condition) => {
    const p95 = percentile(
      of(condition).map(({ ms }) => ms),
      0.95,
    );
    return `${typical(condition).toFixed(1)} ms (p95 ${p95.toFixed(1)})`;
  };
  const rowAgainst = (name: string, other: Condition, goalRatio: number) => {
    const relayed: Condition = { path: "relay", content: other.content };
    const ratio = typical(relayed) / typical(other);
    return {
      name: `Change on the display → pixel at the operator, through the relay${other.content === "still" ? "" : `, beside ${other.content}`}`,
      measured: inWords(relayed),
      compared: `${name}: ${inWords(other)}`,
      ratio,
      goal: `≤ ${goalRatio.toFixed(2)} ×`,
      met: ratio <= goalRatio,
      samples: `${ROUNDS} rounds × ${CHANGES_PER_ROUND} changes each`,
    };
  };
  const withNoVnc = conditions.filter((one) => one.path === "noVNC" && of(one).length > 0);
  return {
    id: "latency",
    title: "Change on the customer's display to the operator's pixel",
    rows: [
      rowAgainst("direct (simple-peer)", { path: "direct", content: "still" }, GOAL_RATIO),
      ...withNoVnc.map((condition) => rowAgainst("noVNC on TigerVNC", condition, GOAL_NOVNC_RATIO)),
    ],
    samples,
  };
}

/** In a page of its own that is there only as long, since noVNC goes on painting. */
async function throughNoVnc(
  { painter, viewerUrl }: NoVncDisplay,
  context: BrowserContext,
  script: string,
): Promise<number[]> {
  const page = await context.newPage();
  try {
    await page.goto(viewerUrl);
    await page.addScriptTag({ content: script });
    await page.waitForFunction(({ x, y }) => bench.watchNoVnc(x, y), SPOT);
    await changes(painter, page, WARM_UP_CHANGES);
    return await changes(painter, page, CHANGES_PER_ROUND);
  } finally {
    await page.close();
  }
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
    await operator.evaluate(() => bench.takeChanges());
    const changedAt = await painter.toggle();
    const seen = await operator.waitForFunction(() => bench.takeChanges()[0], undefined, {
      timeout: CHANGE_TIMEOUT_MS,
      polling: 20,
    });
    const seenAt = await seen.jsonValue();
    if (seenAt !== undefined) latencies.push(seenAt - changedAt);
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
