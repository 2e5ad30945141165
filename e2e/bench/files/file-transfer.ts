import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { type Browser, chromium, type Page } from "@playwright/test";
import { CONSENTED_PERMISSIONS } from "@/protocol/permissions";
import { baseFlags, findChromium } from "../../fixtures/chromium";
import { descendantsOf } from "../../fixtures/processes";
import { type BenchRelay, startBenchRelay } from "../bench-relay";
import { pageScript } from "../page-script";
import { unlessQuick } from "../quick";
import type { BenchResult, BenchValue } from "../report";
import { median } from "../statistics";

const ROUNDS = unlessQuick(5, 1);
const ROUND_BYTES = unlessQuick(100_000_000, 10_000_000);
const WARM_UP_BYTES = 10_000_000;
const LARGE_BYTES = unlessQuick(2 ** 30, 40_000_000);
const SMALL_FILES = unlessQuick(10_000, 200);
const SMALL_BYTES = 1_000;
const GOAL_RATIO = 0.8;
/** What the relay's processes may grow by while files pass: a window, its copies, and what allocators keep. */
const GOAL_GROWTH_BYTES = 24 * 2 ** 20;
const MEGABYTE = 1e6;

interface Pages {
  readonly relay: BenchRelay;
  readonly sessionId: string;
  readonly operator: Page;
  readonly customer: Page;
}

/**
 * How fast files go through the relay, hashed on both sides, against bytes over a bare data channel between the same two pages, in
 * turns; then 1 GiB with a cut in the middle while the relay's memory is looked at; then ten thousand small files, stored.
 */
export async function measureFileTransfer(
  workerBin: string,
  say: (line: string) => void,
): Promise<BenchResult> {
  const relay = await startBenchRelay(workerBin);
  const launch = { executablePath: findChromium(), args: [...baseFlags] };
  const browsers: Browser[] = [await chromium.launch(launch), await chromium.launch(launch)];
  try {
    const pages = await openPages(relay, browsers);
    await openDirect(pages);
    await throughRelay(pages, WARM_UP_BYTES);
    await direct(pages, WARM_UP_BYTES);
    const samples: BenchValue[] = [];
    const rates: { relayed: number; bare: number }[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const one = { relayed: await throughRelay(pages, ROUND_BYTES), bare: await direct(pages, ROUND_BYTES) };
      rates.push(one);
      samples.push({ series: "through the relay", round, value: one.relayed });
      samples.push({ series: "bare channel, direct", round, value: one.bare });
      say(
        `  round ${round + 1}/${ROUNDS}: ${one.relayed.toFixed(1)} MB/s through the relay, ${one.bare.toFixed(1)} MB/s direct`,
      );
    }
    const large = await largeWithCut(pages);
    say(
      `  ${inMegabytes(LARGE_BYTES)} with a cut: ${large.seconds.toFixed(1)} s, memory + ${inMegabytes(large.growthBytes)}`,
    );
    const smallSeconds = await manySmall(pages);
    say(`  ${SMALL_FILES} files: ${smallSeconds.toFixed(1)} s`);
    return summarise(rates, samples, large, smallSeconds);
  } finally {
    for (const browser of browsers) await browser.close();
    relay.close();
  }
}

async function openPages(relay: BenchRelay, browsers: readonly Browser[]): Promise<Pages> {
  const script = await pageScript("e2e/bench/files/in-page.ts");
  const pages = await Promise.all(
    browsers.map(async (browser) => {
      const page = await (await browser.newContext()).newPage();
      await page.goto(relay.pageUrl);
      await page.addScriptTag({ content: script });
      return page;
    }),
  );
  const [operator, customer] = pages;
  if (!operator || !customer) throw new Error("There are two sides.");
  const opened = { relay, sessionId: randomUUID(), operator, customer };
  await join(opened);
  return opened;
}

async function join({ relay, sessionId, operator, customer }: Pages): Promise<void> {
  const permissions = { ...CONSENTED_PERMISSIONS, file: true };
  for (const [page, role] of [
    [operator, "operator"],
    [customer, "customer"],
  ] as const) {
    const assignment = await relay.assign(sessionId, role, permissions);
    await page.evaluate((one) => fileBench.join(one), assignment);
  }
  await operator.waitForFunction(() => fileBench.isReady());
}

async function openDirect({ operator, customer }: Pages): Promise<void> {
  const offer = await operator.evaluate(() => fileBench.directOffer());
  const answer = await customer.evaluate((one) => fileBench.directAnswer(one), offer);
  await operator.evaluate((one) => fileBench.directOpen(one), answer);
  await operator.waitForFunction(() => fileBench.isDirectOpen());
}

/** Begins a transfer from the operator to the customer, and waits until it has been accepted. */
async function begin(
  { operator, customer }: Pages,
  count: number,
  bytes: number,
  inFolder: boolean,
): Promise<void> {
  await operator.evaluate(([files, length]) => fileBench.offer(files, length), [count, bytes] as const);
  await customer.waitForFunction(() => fileBench.hasOffer());
  await customer.evaluate((stored) => fileBench.accept(stored), inFolder);
}

async function done({ operator }: Pages): Promise<void> {
  await operator.waitForFunction(() => fileBench.progress()?.phase === "done", null, {
    timeout: 0,
    polling: 20,
  });
}

/** @returns MB/s, from the consent to the sender's knowledge that everything is there */
async function throughRelay(pages: Pages, bytes: number): Promise<number> {
  await begin(pages, 1, bytes, false);
  const beganMs = performance.now();
  await done(pages);
  return bytes / MEGABYTE / ((performance.now() - beganMs) / 1_000);
}

/** @returns MB/s, until the other page has counted the last byte */
async function direct({ operator, customer }: Pages, bytes: number): Promise<number> {
  const wanted = (await customer.evaluate(() => fileBench.directReceived())) + bytes;
  const beganMs = performance.now();
  await operator.evaluate((length) => fileBench.directSend(length), bytes);
  await customer.waitForFunction((all) => fileBench.directReceived() >= all, wanted, {
    timeout: 0,
    polling: 20,
  });
  return bytes / MEGABYTE / ((performance.now() - beganMs) / 1_000);
}

async function largeWithCut(pages: Pages): Promise<{ seconds: number; growthBytes: number }> {
  const { relay, customer } = pages;
  const before = residentBytes(relay.pid);
  let most = before;
  await begin(pages, 1, LARGE_BYTES, false);
  const beganMs = performance.now();
  let isCut = false;
  for (;;) {
    const progress = await customer.evaluate(() => fileBench.progress());
    if (progress?.phase === "done") break;
    if (progress?.phase === "failed") throw new Error("The transfer has failed.");
    if (!isCut && (progress?.doneBytes ?? 0) > LARGE_BYTES / 2) {
      isCut = true;
      // Both sides come anew, as after a lost connection.
      await join(pages);
    }
    most = Math.max(most, residentBytes(relay.pid));
    await customer.waitForTimeout(200);
  }
  return { seconds: (performance.now() - beganMs) / 1_000, growthBytes: most - before };
}

async function manySmall(pages: Pages): Promise<number> {
  await begin(pages, SMALL_FILES, SMALL_BYTES, true);
  const beganMs = performance.now();
  await done(pages);
  const seconds = (performance.now() - beganMs) / 1_000;
  const stored = await pages.customer.evaluate(() => fileBench.countStored());
  if (stored !== SMALL_FILES) throw new Error(`${stored} files are stored, not ${SMALL_FILES}.`);
  return seconds;
}

/** Of the relay and its workers. */
function residentBytes(pid: number): number {
  return [pid, ...descendantsOf(pid).map((one) => one.pid)].reduce((sum, one) => {
    const status = readFileSync(`/proc/${one}/status`, "utf8");
    return sum + Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
  }, 0);
}

function inMegabytes(bytes: number): string {
  return `${(bytes / MEGABYTE).toFixed(0)} MB`;
}

function summarise(
  rates: readonly { relayed: number; bare: number }[],
  samples: readonly BenchValue[],
  large: { seconds: number; growthBytes: number },
  smallSeconds: number,
): BenchResult {
  const relayed = median(rates.map((one) => one.relayed));
  const bare = median(rates.map((one) => one.bare));
  return {
    id: "file-transfer",
    title: "Files through the relay",
    unit: "MB/s",
    rows: [
      {
        name: "A file through the relay, hashed on both sides",
        measured: `${relayed.toFixed(1)} MB/s`,
        compared: `bytes over a bare data channel between the same pages: ${bare.toFixed(1)} MB/s`,
        ratio: relayed / bare,
        goal: `≥ ${GOAL_RATIO} ×`,
        met: relayed >= GOAL_RATIO * bare,
        samples: `${rates.length} rounds of ${inMegabytes(ROUND_BYTES)}`,
      },
      {
        name: `The relay's memory while ${inMegabytes(LARGE_BYTES)} pass, with a cut in the middle`,
        measured: `+ ${inMegabytes(large.growthBytes)}; ${(LARGE_BYTES / MEGABYTE / large.seconds).toFixed(1)} MB/s`,
        compared: "before",
        ratio: large.growthBytes / GOAL_GROWTH_BYTES,
        goal: `+ ${inMegabytes(GOAL_GROWTH_BYTES)} at most`,
        met: large.growthBytes <= GOAL_GROWTH_BYTES,
        samples: "looked at five times a second",
      },
      {
        name: `${SMALL_FILES} files of ${SMALL_BYTES} bytes, each stored as a file of its own`,
        measured: `${smallSeconds.toFixed(1)} s, ${(SMALL_FILES / smallSeconds).toFixed(0)} files/s`,
        compared: "no round trip for each",
        ratio: smallSeconds / 60,
        goal: "≤ 60 s",
        met: smallSeconds <= 60,
        samples: "1",
      },
    ],
    samples,
  };
}
