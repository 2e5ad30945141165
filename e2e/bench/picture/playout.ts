import { setTimeout as delay } from "node:timers/promises";
import { pictureParameters } from "@/media/picture-quality";
import { pictureCodecs } from "@/protocol/picture-mode";
import { unlessQuick } from "../quick";
import type { BenchResult, BenchSample } from "../report";
import { median, percentile } from "../statistics";
import type { Playout } from "./cell";
import { connectCell, disconnectCell } from "./measure-cell";
import { FRAMES_PER_SECOND, type SceneName } from "./scenes";
import { cellOf } from "./stages";
import { openStudio, type Studio } from "./studio";

const ROUNDS = unlessQuick(6, 1);
const SCENE_MS = 2_500;
/** The first frames of a scene are still those of the scene before. */
const SETTLE_MS = 500;
/** A frame that is shown later than this belongs to another turn of the numbers. */
const LATEST_MS = 2_000;
const GOAL_RATIO = 1.05;
const scenes: readonly SceneName[] = ["scroll", "typing", "drag"];

/** Chromium then shows each frame as soon as it is decoded, whatever it thinks of the network: nothing can be quicker. */
const AT_ONCE = "--force-fieldtrials=WebRTC-ForcePlayoutDelay/min_ms:0,max_ms:0/";

const conditions: readonly {
  readonly series: string;
  readonly playout: Playout;
  readonly isForced: boolean;
}[] = [
  { series: "product", playout: "own", isForced: false },
  { series: "jitterBufferTarget 0", playout: "target", isForced: false },
  { series: "playoutDelayHint 0", playout: "hint", isForced: false },
  { series: "shown at once, forced", playout: "own", isForced: true },
];

/**
 * From the drawing of a frame on the customer's screen to its showing at the operator, with and without the wishes that a page
 * can express, against a browser that was started so that it holds back nothing: in turns, frame by frame.
 */
export async function measurePlayout(say: (line: string) => void): Promise<BenchResult> {
  const usual = await openStudio();
  const forced = await openStudio([AT_ONCE]);
  const samples: BenchSample[] = [];
  try {
    for (let round = -1; round < ROUNDS; round += 1) {
      const inTurn = Math.abs(round) % 2 === 0 ? conditions : [...conditions].reverse();
      for (const { series, playout, isForced } of inTurn) {
        const latencies = await latenciesOf(isForced ? forced : usual, playout);
        // The first round warms up the browsers.
        if (round >= 0) samples.push(...latencies.map((ms) => ({ series, round, ms })));
        say(`  round ${round + 1}/${ROUNDS} ${series}: median ${median(latencies).toFixed(1)} ms`);
      }
    }
  } finally {
    await usual.close();
    await forced.close();
  }
  return summarise(samples);
}

async function latenciesOf(studio: Studio, playout: Playout): Promise<number[]> {
  const { shared, viewer } = studio;
  const cell = cellOf(pictureCodecs[0], {
    ...pictureParameters("balanced", "screen", pictureCodecs[0]),
    playout,
  });
  const latencies: number[] = [];
  try {
    await connectCell(studio, cell);
    for (const scene of scenes) {
      const startedAt = await shared.evaluate((name) => sharedScene.play(name, null), scene);
      await delay(SETTLE_MS);
      await viewer.page.evaluate(() => pictureBench.takeShown());
      await delay(SCENE_MS);
      for (const { frame, atMs } of await viewer.page.evaluate(() => pictureBench.takeShown())) {
        const latency = atMs - (startedAt + (frame / FRAMES_PER_SECOND) * 1000);
        if (latency > 0 && latency < LATEST_MS) latencies.push(latency);
      }
    }
  } finally {
    await disconnectCell(studio);
  }
  return latencies;
}

function summarise(samples: readonly BenchSample[]): BenchResult {
  const of = (series: string) => samples.filter((sample) => sample.series === series);
  const typical = (series: string) =>
    median(
      Array.from({ length: ROUNDS }, (_, round) =>
        median(
          of(series)
            .filter((sample) => sample.round === round)
            .map(({ ms }) => ms),
        ),
      ),
    );
  const inWords = (series: string) => {
    const all = of(series).map(({ ms }) => ms);
    return `${typical(series).toFixed(1)} ms (p95 ${percentile(all, 0.95).toFixed(1)})`;
  };
  const rowAgainst = (measured: string, compared: string) => {
    const ratio = typical(measured) / typical(compared);
    return {
      name: `Frame drawn → frame shown, ${pictureCodecs[0]}, ${measured}`,
      measured: inWords(measured),
      compared: `${compared}: ${inWords(compared)}`,
      ratio,
      goal: `≤ ${GOAL_RATIO} ×`,
      met: ratio <= GOAL_RATIO,
      samples: `${ROUNDS} rounds × ${scenes.length} scenes, ${of(measured).length} frames`,
    };
  };
  return {
    id: "playout",
    title: "A frame drawn on the customer's screen to the same frame shown",
    rows: [
      rowAgainst("product", "shown at once, forced"),
      rowAgainst("product", "jitterBufferTarget 0"),
      rowAgainst("product", "playoutDelayHint 0"),
    ],
    samples,
  };
}
