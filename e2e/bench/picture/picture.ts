import { isQuick } from "../quick";
import type { BenchResult } from "../report";
import { type CellFigures, type CodecName, codecNames } from "./cell";
import { measureCell } from "./measure-cell";
import { type NamedFigures, summariseGrid, summariseModes } from "./picture-report";
import {
  bestCodecs,
  bitrateStage,
  codecStage,
  layerStage,
  modeStage,
  preferenceStage,
  type Stage,
  score,
  stillStage,
} from "./stages";
import { openStudio, type Studio } from "./studio";

/** How often each cell is measured, in turns with the others of its stage. */
const REPEATS = isQuick ? 1 : 5;

/**
 * How the picture looks at the operator, and what it costs, by codec, content hint, temporal layers and bitrate, on a shared tab
 * with small text that is scrolled, typed into, covered by a dragged window, and with a film in it.
 */
export async function measurePicture(say: (line: string) => void): Promise<BenchResult> {
  const studio = await openStudio();
  try {
    const codecs = await encodable(studio);
    const first = await measureStage(studio, codecStage(isQuick ? codecs.slice(0, 2) : codecs), say);
    const best = bestCodecs(first.map(({ figures }) => figures));
    say(`  best codecs so far: ${best.join(", ")}`);
    const layers = await measureStage(studio, layerStage(best), say);
    const bitrates = await measureStage(studio, bitrateStage(best), say);
    const preferences = await measureStage(studio, preferenceStage(best), say);
    const missing = codecNames.filter((name) => !codecs.includes(name));
    return summariseGrid([...first, ...layers, ...bitrates, ...preferences], missing);
  } finally {
    await studio.close();
  }
}

/**
 * The three modes of the product as they came out of {@link measurePicture}, against what there was before, in turns; and with
 * every codec how soon a screen is sharp that stands still.
 */
export async function measurePictureModes(say: (line: string) => void): Promise<BenchResult> {
  const studio = await openStudio();
  try {
    const modes = await measureStage(studio, modeStage(), say);
    const codecs = await encodable(studio);
    return summariseModes(modes, await measureStage(studio, stillStage(codecs), say));
  } finally {
    await studio.close();
  }
}

/** The codecs that this browser encodes. */
async function encodable({ sender }: Studio): Promise<CodecName[]> {
  return await sender.page.evaluate((names) => pictureBench.encodable(names), [...codecNames]);
}

async function measureStage(
  studio: Studio,
  { name, cells, scenes }: Stage,
  say: (line: string) => void,
): Promise<NamedFigures[]> {
  say(`  ${name}:`);
  const results: NamedFigures[] = [];
  for (let round = 0; round < REPEATS; round += 1) {
    for (const one of cells) {
      const figures = await measureCell(studio, one.cell, scenes);
      results.push({ stage: name, name: one.name, round, figures });
      say(`    ${one.name}: ${inWords(figures)}`);
    }
  }
  return results;
}

function inWords(figures: CellFigures): string {
  const scenes = figures.scenes.map(
    ({ scene, framesPerSecond, ssim }) => `${scene} ${framesPerSecond.toFixed(0)}/s ${ssim.toFixed(3)}`,
  );
  const still = figures.staticSharpMs === null ? "never" : `${figures.staticSharpMs.toFixed(0)} ms`;
  return `${scenes.join(", ")}, still sharp ${still}, score ${score(figures).toFixed(2)}`;
}
