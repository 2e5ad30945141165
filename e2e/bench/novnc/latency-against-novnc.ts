import { setTimeout as delay } from "node:timers/promises";
import type { Page } from "@playwright/test";
import { SeparateNetwork, whyNoSeparateNetwork } from "../../fixtures/separate-network";
import { unlessQuick } from "../quick";
import type { BenchResult } from "../report";
import { type Observation, summarise } from "./figures";
import { type Content, type Path, SCREEN, Stage } from "./stage";

const ROUNDS = unlessQuick(5, 1);
const CHANGES_PER_CONTENT = unlessQuick(12, 5);
/** What was just begun has to settle: congestion control after joining, the codec after another content. */
const SETTLE_AFTER_JOIN_MS = unlessQuick(5_000, 2_000);
const SETTLE_CHANGES = 2;
const CHANGE_TIMEOUT_MS = 5_000;
/** Between one change and the next; at random, so that none keeps step with frames or timers. */
const GAP_MS = { least: 250, most: 650 } as const;

const contents: readonly Content[] = ["still", "scroll", "typing", "drag", "video"];

/**
 * A line at the operator's, the same for both paths. The queue is short, as in routers that manage theirs: a long one would only
 * make what is sent too fast arrive later.
 */
const LINE = { bitsPerSecond: 10_000_000, queueMs: 100 } as const;

/**
 * How long it takes from a change on the customer's whole screen (1920 × 1080) to the changed pixel at the operator: captured by
 * a browser and sent through the relay, as the product does it, and from the same screen by TigerVNC to noVNC in the same
 * watching browser, in turns. At unpredictable moments a small window on the screen changes its colour, while beside it somebody
 * scrolls a page of 12 px text, types, drags a window or plays a film, or nothing else moves.
 *
 * A full run takes about 9 minutes. @returns null without TigerVNC and noVNC
 */
export async function measureLatencyAgainstNoVnc(
  workerBin: string,
  say: (line: string) => void,
): Promise<BenchResult | null> {
  return await measureOn(workerBin, say, null);
}

/**
 * The same over a line as people have it ({@link LINE}), instead of within one machine, where what is sent costs no time however
 * much it is.
 *
 * @returns null without TigerVNC and noVNC @throws Error where no network can be made: that takes root
 */
export async function measureLatencyAgainstNoVncOnLine(
  workerBin: string,
  say: (line: string) => void,
): Promise<BenchResult | null> {
  const whyNot = await whyNoSeparateNetwork();
  if (whyNot !== null) throw new Error(`A line cannot be made here: ${whyNot}`);
  const network = await SeparateNetwork.open();
  try {
    network.narrow(LINE);
    return await measureOn(workerBin, say, network);
  } finally {
    await network.close();
  }
}

async function measureOn(
  workerBin: string,
  say: (line: string) => void,
  network: SeparateNetwork | null,
): Promise<BenchResult | null> {
  const stage = await Stage.open(workerBin, network);
  if (!stage) {
    say(
      "  left out: there is no noVNC here (apt-get install --no-install-recommends tigervnc-standalone-server novnc websockify)",
    );
    return null;
  }
  const observations: Observation[] = [];
  try {
    for (let round = 0; round < ROUNDS; round += 1) {
      const paths: readonly Path[] = round % 2 === 0 ? ["relay", "noVNC"] : ["noVNC", "relay"];
      // Each content is once the first, once the second and so on.
      const inTurn = contents.map((_, at) => contents[(at + round) % contents.length] ?? "still");
      for (const path of paths) {
        await stage.show("scroll");
        await stage.connected(path, async (watching) => {
          await delay(SETTLE_AFTER_JOIN_MS);
          for (const content of inTurn) {
            const observation = await observe(stage, watching, { round, path, content });
            observations.push(observation);
            say(
              `  round ${round + 1}/${ROUNDS} ${path}, ${content}: ${observation.latencies.map((ms) => ms.toFixed(0)).join(" ")} ms`,
            );
          }
        });
      }
    }
  } finally {
    await stage.close();
  }
  return summarise(observations, {
    contents,
    screen: SCREEN,
    line: network && `a line of ${LINE.bitsPerSecond / 1e6} Mbit/s`,
    samples: `${ROUNDS} rounds × ${CHANGES_PER_CONTENT} changes each`,
  });
}

async function observe(
  stage: Stage,
  watching: Page,
  where: Pick<Observation, "round" | "path" | "content">,
): Promise<Observation> {
  await stage.show(where.content);
  for (let i = 0; i < SETTLE_CHANGES; i += 1) await oneChange(stage, watching);
  const before = await counters(stage, where.path);
  const changes: Awaited<ReturnType<typeof oneChange>>[] = [];
  for (let i = 0; i < CHANGES_PER_CONTENT; i += 1) changes.push(await oneChange(stage, watching));
  const after = await counters(stage, where.path);
  return {
    ...where,
    latencies: changes.map(({ ms }) => ms),
    serverWaits: changes.map(({ serverMs }) => serverMs),
    arrivals: changes.flatMap(({ arrivedMs }) => (arrivedMs === null ? [] : [arrivedMs])),
    before,
    after,
  };
}

/** Changes the marker and waits until it is seen. One that is not seen in time counts as having taken that time. */
async function oneChange(
  { marker }: Stage,
  watching: Page,
): Promise<{ ms: number; serverMs: number; arrivedMs: number | null }> {
  await delay(GAP_MS.least + Math.random() * (GAP_MS.most - GAP_MS.least));
  await watching.evaluate(() => bench.forgetChanges());
  const { askedAt, paintedAt } = await marker.toggle();
  const seen = await watching.evaluate((limitMs) => bench.nextChange(limitMs), CHANGE_TIMEOUT_MS);
  return {
    ms: seen ? seen.at - askedAt : CHANGE_TIMEOUT_MS,
    serverMs: paintedAt - askedAt,
    arrivedMs: seen?.receivedAt ? seen.receivedAt - askedAt : null,
  };
}

/** Of both ends of the path through the relay; VNC counts nothing. */
async function counters({ customer, operator }: Stage, path: Path): Promise<Observation["before"]> {
  if (path === "noVNC") return { atMs: performance.now(), sent: {}, received: {} };
  const [sent, received] = await Promise.all([
    customer.evaluate(() => bench.counters()),
    operator.evaluate(() => bench.counters()),
  ]);
  return { atMs: performance.now(), sent, received };
}
