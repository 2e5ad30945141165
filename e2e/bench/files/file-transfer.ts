import { readFileSync } from "node:fs";
import { cpus } from "node:os";
import { descendantsOf } from "../../fixtures/processes";
import { openTwoPages, type TwoPages } from "../bulk/two-pages";
import { unlessQuick } from "../quick";
import { cpuSecondsOf } from "../relay/process-tree";
import type { BenchResult, BenchTable, BenchValue } from "../report";
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
/** How often the relay's memory is looked at while the large file passes. */
const LOOK_INTERVAL_MS = 200;

/** How fast one way was, and what it cost. */
interface Passage {
  /** MB/s. */
  readonly rate: number;
  /** Processor time of all cores together, in ms a megabyte. */
  readonly relayMs: number;
  readonly pagesMs: number;
}

interface Round {
  readonly relayed: Passage;
  readonly bare: Passage;
}

/**
 * How fast files go through the relay, hashed on both sides, against bytes over a bare data channel between the same two pages, in
 * turns; then 1 GiB with a cut in the middle while the relay's memory is looked at; then ten thousand small files, stored.
 */
export async function measureFileTransfer(
  workerBin: string,
  say: (line: string) => void,
): Promise<BenchResult> {
  const pages = await openTwoPages(workerBin, "e2e/bench/files/in-page.ts", (page, assignment) =>
    page.evaluate((one) => fileBench.join(one), assignment),
  );
  try {
    await untilReady(pages);
    await openDirect(pages);
    await throughRelay(pages, WARM_UP_BYTES);
    await direct(pages, WARM_UP_BYTES);
    const samples: BenchValue[] = [];
    const rounds: Round[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const one = {
        relayed: await observed(pages, () => throughRelay(pages, ROUND_BYTES)),
        bare: await observed(pages, () => direct(pages, ROUND_BYTES)),
      };
      rounds.push(one);
      samples.push({ series: "through the relay", round, value: one.relayed.rate });
      samples.push({ series: "bare channel, direct", round, value: one.bare.rate });
      say(
        `  round ${round + 1}/${ROUNDS}: ${one.relayed.rate.toFixed(1)} MB/s through the relay, ${one.bare.rate.toFixed(1)} MB/s direct`,
      );
    }
    const large = await largeWithCut(pages);
    say(
      `  ${inMegabytes(LARGE_BYTES)} with a cut: ${large.seconds.toFixed(1)} s, memory + ${inMegabytes(large.growthBytes)}`,
    );
    const smallSeconds = await manySmall(pages);
    say(`  ${SMALL_FILES} files: ${smallSeconds.toFixed(1)} s`);
    return summarise(rounds, samples, large, smallSeconds);
  } finally {
    await pages.close();
  }
}

async function untilReady({ operator }: TwoPages): Promise<void> {
  await operator.waitForFunction(() => fileBench.isReady());
}

async function openDirect({ operator, customer }: TwoPages): Promise<void> {
  const offer = await operator.evaluate(() => fileBench.directOffer());
  const answer = await customer.evaluate((one) => fileBench.directAnswer(one), offer);
  await operator.evaluate((one) => fileBench.directOpen(one), answer);
  await operator.waitForFunction(() => fileBench.isDirectOpen());
}

/** Begins a transfer from the operator to the customer, and waits until it has been accepted. */
async function begin(
  { operator, customer }: TwoPages,
  count: number,
  bytes: number,
  inFolder: boolean,
): Promise<void> {
  await operator.evaluate(([files, length]) => fileBench.offer(files, length), [count, bytes] as const);
  await customer.waitForFunction(() => fileBench.hasOffer());
  await customer.evaluate((stored) => fileBench.accept(stored), inFolder);
}

/** @throws Error when it cannot go on */
async function done({ operator }: TwoPages): Promise<void> {
  await operator.waitForFunction(() => ["done", "failed"].includes(fileBench.progress()?.phase ?? ""), null, {
    timeout: 0,
    polling: 20,
  });
  const phase = await operator.evaluate(() => fileBench.progress()?.phase);
  if (phase !== "done") throw new Error(`The transfer is ${phase}.`);
}

/** @returns MB/s, from the consent to the sender's knowledge that everything is there */
async function throughRelay(pages: TwoPages, bytes: number): Promise<number> {
  await begin(pages, 1, bytes, false);
  const beganMs = performance.now();
  await done(pages);
  return bytes / MEGABYTE / ((performance.now() - beganMs) / 1_000);
}

/** @returns MB/s, until the other page has counted the last byte */
async function direct({ operator, customer }: TwoPages, bytes: number): Promise<number> {
  const wanted = (await customer.evaluate(() => fileBench.directReceived())) + bytes;
  const beganMs = performance.now();
  await operator.evaluate((length) => fileBench.directSend(length), bytes);
  await customer.waitForFunction((all) => fileBench.directReceived() >= all, wanted, {
    timeout: 0,
    polling: 20,
  });
  return bytes / MEGABYTE / ((performance.now() - beganMs) / 1_000);
}

/** @param pass a passage of ROUND_BYTES */
async function observed({ relay }: TwoPages, pass: () => Promise<number>): Promise<Passage> {
  const spentMs = async () => {
    const relayMs = 1_000 * (await cpuSecondsOf(relay.pid));
    return { relayMs, pagesMs: 1_000 * (await cpuSecondsOf(process.pid)) - relayMs };
  };
  const before = await spentMs();
  const rate = await pass();
  const after = await spentMs();
  const megabytes = ROUND_BYTES / MEGABYTE;
  return {
    rate,
    relayMs: (after.relayMs - before.relayMs) / megabytes,
    pagesMs: (after.pagesMs - before.pagesMs) / megabytes,
  };
}

async function largeWithCut(pages: TwoPages): Promise<{ seconds: number; growthBytes: number }> {
  const { relay, customer } = pages;
  const before = residentBytes(relay.pid);
  let most = before;
  // What a peak would be seen by is looked at for as long as the transfer takes, by the clock: a peak is no event to wait for.
  const looking = setInterval(() => {
    most = Math.max(most, residentBytes(relay.pid));
  }, LOOK_INTERVAL_MS);
  try {
    await begin(pages, 1, LARGE_BYTES, false);
    const beganMs = performance.now();
    await customer.waitForFunction((half) => (fileBench.progress()?.doneBytes ?? 0) > half, LARGE_BYTES / 2, {
      timeout: 0,
      polling: 20,
    });
    // Both sides come anew, as after a lost connection.
    await pages.join();
    await done(pages);
    const seconds = (performance.now() - beganMs) / 1_000;
    const received = await customer.evaluate(() => fileBench.progress()?.phase);
    if (received !== "done") throw new Error(`The transfer is ${received} at its receiver.`);
    return { seconds, growthBytes: most - before };
  } finally {
    clearInterval(looking);
  }
}

async function manySmall(pages: TwoPages): Promise<number> {
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
  rounds: readonly Round[],
  samples: readonly BenchValue[],
  large: { seconds: number; growthBytes: number },
  smallSeconds: number,
): BenchResult {
  const relayed = median(rounds.map((one) => one.relayed.rate));
  const bare = median(rounds.map((one) => one.bare.rate));
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
        samples: `${rounds.length} rounds of ${inMegabytes(ROUND_BYTES)}`,
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
    tables: [processorTime(rounds)],
  };
}

/** Where the time goes on a machine that is the relay and both browsers at once. */
function processorTime(rounds: readonly Round[]): BenchTable {
  const typical = (way: keyof Round, part: "relayMs" | "pagesMs") =>
    median(rounds.map((one) => one[way][part]));
  const line = (name: string, way: keyof Round) => {
    const [relayMs, pagesMs] = [typical(way, "relayMs"), typical(way, "pagesMs")];
    return [name, ...[relayMs, pagesMs, relayMs + pagesMs].map((ms) => `${ms.toFixed(0)} ms`)];
  };
  const least = typical("bare", "pagesMs");
  const bound = least / (least + typical("relayed", "relayMs"));
  return {
    title: "Processor time a megabyte of a file",
    text: `All cores together, medians. Both browsers and the relay share the ${cpus().length} cores of this machine: pages that cost no more than a bare channel does, and cores that never wait, would give ${bound.toFixed(2)} × of the bare channel's rate, as the relay's own part comes on top.`,
    head: ["", "Relay", "Both browsers", "Together"],
    rows: [
      line("A file through the relay, hashed on both sides", "relayed"),
      line("Bytes over a bare data channel, direct", "bare"),
    ],
  };
}
