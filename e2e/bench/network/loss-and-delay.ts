import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserContext, chromium, type Page } from "@playwright/test";
import { Painter } from "../../actors/painter";
import { baseFlags, findChromium, wholeScreenFlags } from "../../fixtures/chromium";
import { openDisplay } from "../../fixtures/display";
import { SeparateNetwork, whyNoSeparateNetwork } from "../../fixtures/separate-network";
import { type BenchRelay, startBenchRelay } from "../bench-relay";
import { pageScript } from "../page-script";
import { unlessQuick } from "../quick";
import type { BenchResult, BenchSample } from "../report";
import { median, percentile } from "../statistics";
import { BadLine } from "./bad-line";
import { closeAll } from "./close-all";
import { PERFECT } from "./line";

const ROUNDS = unlessQuick(5, 1);
const CHANGES_PER_ROUND = unlessQuick(16, 5);
/** The first moments of a call are slower while congestion control finds its rate; they are another question. */
const WARM_UP_CHANGES = unlessQuick(6, 3);
const CHANGE_TIMEOUT_MS = 10_000;
/** Times an undisturbed line, beside what the delay itself takes. */
const GOAL_RATIO = 2;
/** A spot in the painter's window, as fractions of the display. */
const SPOT = { x: 1100 / 1280, y: 500 / 800 };

interface Cell {
  readonly lossPercent: number;
  readonly delayMs: number;
}
const UNDISTURBED: Cell = { lossPercent: 0, delayMs: 0 };
const cells: readonly Cell[] = [50, 150].flatMap((delayMs) =>
  [1, 5, 10].map((lossPercent) => ({ lossPercent, delayMs })),
);
const nameOf = ({ lossPercent, delayMs }: Cell) =>
  lossPercent === 0 ? "undisturbed" : `${lossPercent} %, ${delayMs} ms`;

/** What was counted while a cell was measured, over all rounds. */
type Counts = Record<"packets" | "lost" | "resent" | "keyFrames" | "bufferMs" | "frames", number>;

/**
 * How long it takes from a change on the customer's display to the changed pixel at the operator when the customer's line is bad:
 * of the UDP packets from the customer to the relay a share is lost, each for itself, and the others come later. The other way
 * and the operator's line are good, and signalling, which is TCP, is left alone.
 *
 * The kernel's own network emulator is not everywhere, so a program of ours is the line ({@link BadLine}), for the undisturbed
 * one too. ICE over TCP is forbidden, and each session's candidate pairs must say UDP and a round trip of that length.
 *
 * @throws Error where no network can be made: that takes root
 */
export async function measureLossAndDelay(
  workerBin: string,
  say: (line: string) => void,
): Promise<BenchResult> {
  const whyNot = await whyNoSeparateNetwork();
  if (whyNot !== null) throw new Error(`Bad lines cannot be measured here: ${whyNot}`);
  const samples: BenchSample[] = [];
  const counts = new Map<string, Counts>();
  const closing: (() => unknown)[] = [];
  try {
    const network = await SeparateNetwork.open();
    closing.push(() => network.close());
    const relay = await startBenchRelay(workerBin);
    closing.push(() => relay.close());
    const line = await BadLine.open(network, relay.mediaPort);
    closing.push(() => line.close());
    network.forbid([["-p", "tcp", "--dport", String(relay.mediaPort)]]);
    const display = await openDisplay();
    closing.push(() => display.close());
    const painter = await Painter.open(display);
    closing.push(() => painter.close());
    await painter.paint("rgb(0, 0, 0)");
    const profile = await mkdtemp(join(tmpdir(), "madoguchi-bench-"));
    closing.push(() => rm(profile, { recursive: true, force: true }));
    const sharing = await chromium.launchPersistentContext(profile, {
      headless: false,
      executablePath: network.chromiumPath,
      args: [...baseFlags, ...wholeScreenFlags, "--window-position=0,0", "--window-size=900,780"],
      env: { ...process.env, DISPLAY: display.name },
      viewport: null,
    });
    closing.push(() => sharing.close());
    const viewing = await chromium.launch({ executablePath: findChromium(), args: [...baseFlags] });
    closing.push(() => viewing.close());
    const stage = await Stage.open({ relay, line, painter, sharing, viewing: await viewing.newContext() });
    // Round -1 warms up the browsers; it is not counted.
    for (let round = -1; round < ROUNDS; round += 1) {
      const inTurn = round < 0 ? [UNDISTURBED] : [UNDISTURBED, ...cells];
      for (const cell of round % 2 === 0 ? inTurn : inTurn.toReversed()) {
        const series = nameOf(cell);
        const { latencies, ...counted } = await stage.measure(cell, round);
        say(
          `  round ${round + 1}/${ROUNDS} ${series}: median ${median(latencies).toFixed(1)} ms, longest ${Math.max(...latencies).toFixed(0)}`,
        );
        if (round < 0) continue;
        samples.push(...latencies.map((ms) => ({ series, round, ms })));
        counts.set(series, sum(counts.get(series), counted));
      }
    }
  } finally {
    await closeAll(closing);
  }
  return summarise(samples, counts);
}

function sum(before: Counts | undefined, more: Counts): Counts {
  if (!before) return more;
  return {
    packets: before.packets + more.packets,
    lost: before.lost + more.lost,
    resent: before.resent + more.resent,
    keyFrames: before.keyFrames + more.keyFrames,
    bufferMs: before.bufferMs + more.bufferMs,
    frames: before.frames + more.frames,
  };
}

function summarise(samples: readonly BenchSample[], counts: ReadonlyMap<string, Counts>): BenchResult {
  const of = (cell: Cell) => samples.filter(({ series }) => series === nameOf(cell));
  const typical = (cell: Cell) =>
    median(
      [...new Set(samples.map(({ round }) => round))].map((round) =>
        median(of(cell).flatMap((sample) => (sample.round === round ? [sample.ms] : []))),
      ),
    );
  const p95 = (cell: Cell) =>
    percentile(
      of(cell).map(({ ms }) => ms),
      0.95,
    );
  const inWords = (cell: Cell) => `${typical(cell).toFixed(1)} ms (p95 ${p95(cell).toFixed(0)})`;
  const undisturbed = typical(UNDISTURBED);
  return {
    id: "loss-and-delay",
    title: "Change on the customer's display to the operator's pixel on a bad line",
    rows: cells.map((cell) => {
      const goalMs = cell.delayMs + GOAL_RATIO * undisturbed;
      return {
        name: `Change on the display → pixel at the operator, ${cell.lossPercent} % loss and ${cell.delayMs} ms delay from the customer to the relay`,
        measured: inWords(cell),
        compared: `undisturbed: ${inWords(UNDISTURBED)}`,
        ratio: typical(cell) / goalMs,
        goal: `median ≤ ${cell.delayMs} ms + ${GOAL_RATIO} × undisturbed (${goalMs.toFixed(0)} ms); ratio to that`,
        met: typical(cell) <= goalMs,
        samples: `${ROUNDS} rounds × ${CHANGES_PER_ROUND} changes each`,
      };
    }),
    samples,
    tables: [
      {
        title: "Bad lines: what became of the packets",
        text: "Over all rounds. Packets: UDP of the customer's line, both directions; lost are only some of those to the relay. Sent again: by the customer's browser, because the relay asked. Key frames: as the operator decoded them. Buffer: what a frame waited at the operator from its first packet to its showing, on average.",
        head: ["Line", "packets", "lost", "sent again", "frames", "key frames", "buffer"],
        rows: [UNDISTURBED, ...cells].flatMap((cell) => {
          const counted = counts.get(nameOf(cell));
          if (!counted) return [];
          const { packets, lost, resent, frames, keyFrames, bufferMs } = counted;
          const share = `${lost} (${((100 * lost) / packets).toFixed(1)} %)`;
          const buffer = `${(bufferMs / frames).toFixed(1)} ms`;
          return [[nameOf(cell), `${packets}`, share, `${resent}`, `${frames}`, `${keyFrames}`, buffer]];
        }),
      },
    ],
  };
}

/** A display that is shared over the line, and somebody who looks. */
class Stage {
  readonly #relay: BenchRelay;
  readonly #line: BadLine;
  readonly #painter: Painter;
  readonly #customer: Page;
  readonly #operator: Page;

  private constructor(relay: BenchRelay, line: BadLine, painter: Painter, customer: Page, operator: Page) {
    this.#relay = relay;
    this.#line = line;
    this.#painter = painter;
    this.#customer = customer;
    this.#operator = operator;
  }

  static async open({
    relay,
    line,
    painter,
    sharing,
    viewing,
  }: {
    relay: BenchRelay;
    line: BadLine;
    painter: Painter;
    sharing: BrowserContext;
    viewing: BrowserContext;
  }): Promise<Stage> {
    const script = await pageScript("e2e/bench/network/loss-page.ts");
    const openPage = async (context: BrowserContext): Promise<Page> => {
      const page = context.pages()[0] ?? (await context.newPage());
      await page.goto(relay.pageUrl);
      await page.addScriptTag({ content: script });
      return page;
    };
    const [customer, operator] = [await openPage(sharing), await openPage(viewing)];
    // Capturing needs a click of the person.
    await customer.mouse.click(200, 200);
    const outcome = await customer.evaluate(() => lossBench.capture());
    if (outcome !== "captured") throw new Error(`The display could not be captured: ${outcome}`);
    await operator.evaluate((spot) => lossBench.watch(spot), SPOT);
    return new Stage(relay, line, painter, customer, operator);
  }

  /** A session of its own. @throws Error when its media takes another way than the line, or a change does not arrive */
  async measure(cell: Cell, round: number): Promise<Counts & { latencies: number[] }> {
    const { lossPercent, delayMs } = cell;
    const seed = 1_000 * (round + 2) + 100 * cells.indexOf(cell) + lossPercent;
    const bad = { lossShare: lossPercent / 100, delayMs };
    await this.#line.become({ toRelay: bad, fromRelay: PERFECT, seed });
    const sessionId = randomUUID();
    const share = await this.#relay.assign(sessionId, "customer");
    const view = await this.#relay.assign(sessionId, "operator");
    await this.#customer.evaluate((assignment) => lossBench.share(assignment), share);
    await this.#operator.evaluate((assignment) => lossBench.view(assignment), view);
    await this.#operator.waitForFunction(() => lossBench.isPlaying());
    await this.#changes(WARM_UP_CHANGES);
    const latencies = await this.#changes(CHANGES_PER_ROUND);
    await this.#assertLine(cell);
    const sent = await this.#customer.evaluate(() => lossBench.counters());
    const received = await this.#operator.evaluate(() => lossBench.counters());
    await this.#operator.evaluate(() => lossBench.end());
    for (const page of [this.#customer, this.#operator]) await page.evaluate(() => lossBench.close());
    const { packets, lost } = await this.#line.become({ toRelay: PERFECT, fromRelay: PERFECT, seed });
    return {
      latencies,
      packets,
      lost,
      resent: sent.retransmittedPacketsSent ?? 0,
      keyFrames: received.keyFramesDecoded ?? 0,
      bufferMs: 1_000 * (received.jitterBufferDelay ?? 0),
      frames: received.jitterBufferEmittedCount ?? 0,
    };
  }

  /** Changes the painter's colour time and again. @returns the latencies in ms */
  async #changes(count: number): Promise<number[]> {
    const latencies: number[] = [];
    for (let i = 0; i < count; i += 1) {
      await this.#operator.evaluate(() => lossBench.forgetChanges());
      const changedAt = await this.#painter.toggle();
      const seenAt = await this.#operator.evaluate(
        (limitMs) => lossBench.changed(limitMs),
        CHANGE_TIMEOUT_MS,
      );
      if (seenAt === null) throw new Error(`A change was not to be seen within ${CHANGE_TIMEOUT_MS} ms.`);
      latencies.push(seenAt - changedAt);
    }
    return latencies;
  }

  async #assertLine({ delayMs }: Cell): Promise<void> {
    const ways = await this.#customer.evaluate(() => lossBench.ways());
    const isThis = ({ way, port, roundTripMs }: (typeof ways)[number]) =>
      way === "udp" && port === this.#relay.mediaPort && roundTripMs >= delayMs;
    if (ways.length === 0 || !ways.every(isThis)) {
      throw new Error(`The customer's media did not take the bad line: ${JSON.stringify(ways)}`);
    }
  }
}
