import type { BenchResult, BenchRow, BenchSample, BenchTable } from "../report";
import { median } from "../statistics";
import type { Cell, CellFigures, CodecName, SceneFigures } from "./cell";
import { gridFigures } from "./picture-plots";
import type { SceneName } from "./scenes";
import { finalists, score } from "./stages";
import { COMPARED_IN_WORDS } from "./studio";

const GOAL_STILL_MS = 2_000;

export interface NamedFigures {
  readonly stage: string;
  readonly name: string;
  readonly round: number;
  readonly figures: CellFigures;
}

/** Which codec is best, the whole table, and the plots. @param missing codecs that this browser does not encode */
export function summariseGrid(grid: readonly NamedFigures[], missing: readonly CodecName[]): BenchResult {
  return {
    id: "picture",
    title: "Still screen after a burst: until it is sharp, by codec",
    rows: [layersRow(grid)],
    samples: stillSamples(grid.map((one) => ({ ...one, name: one.figures.cell.codec }))),
    tables: [gridTable(grid, missing)],
    figures: gridFigures(grid),
  };
}

/** The rows with goals, and the tables of the modes. @param stills what came of every mode with every codec */
export function summariseModes(modes: readonly NamedFigures[], stills: readonly NamedFigures[]): BenchResult {
  return {
    id: "picture-modes",
    title: "Still screen after a burst: until it is sharp, by mode",
    rows: [stillRow(modes), stillAnywhereRow(stills), sharpnessRow(modes), fluidRow(modes)],
    samples: stillSamples(modes),
    tables: [modeTable(modes), stillTable(stills)],
  };
}

function stillSamples(measured: readonly NamedFigures[]): BenchSample[] {
  return measured.flatMap(({ name, round, figures }) =>
    figures.staticSharpMs === null ? [] : [{ series: name, round, ms: figures.staticSharpMs }],
  );
}

/** Whether temporal layers are free: one receiver has no use for them. */
function layersRow(grid: readonly NamedFigures[]): BenchRow {
  const layered = grid.filter(({ figures }) => figures.cell.scalabilityMode === "L1T3");
  const codecs = [...new Set(layered.map(({ figures }) => figures.cell.codec))];
  const plain = grid.filter(
    ({ figures: { cell } }) =>
      codecs.includes(cell.codec) &&
      layered.some(({ figures }) => sameButLayers(figures.cell, cell)) &&
      cell.scalabilityMode === "L1T1",
  );
  const scores = (measured: readonly NamedFigures[]) => median(measured.map(({ figures }) => score(figures)));
  const ratio = scores(layered) / scores(plain);
  return {
    name: `Three temporal layers (L1T3), ${codecs.join(" and ")}, detail, 2.5 Mbit/s`,
    measured: `score ${scores(layered).toFixed(2)}`,
    compared: `no layers (L1T1): score ${scores(plain).toFixed(2)}`,
    ratio,
    goal: "≤ 1.05 ×, so they are left out",
    met: ratio <= 1.05,
    samples: `${new Set(layered.map(({ name }) => name)).size} cells × ${roundsOf(layered)} × 4 scenes each`,
  };
}

function sameButLayers(a: Cell, b: Cell): boolean {
  return a.codec === b.codec && a.contentHint === b.contentHint && a.maxBitrateBps === b.maxBitrateBps;
}

function of(measured: readonly NamedFigures[], name: string): CellFigures[] {
  return measured.filter((one) => one.name === name).map(({ figures }) => figures);
}

function namesOf(measured: readonly NamedFigures[]): string[] {
  return [...new Set(measured.map(({ name }) => name))];
}

function roundsOf(measured: readonly NamedFigures[]): number {
  return new Set(measured.map(({ round }) => round)).size;
}

/** The median over the repeats of one figure of one scene. */
function typical(
  cells: readonly CellFigures[],
  scene: SceneName,
  figure: Exclude<keyof SceneFigures, "scene">,
) {
  return median(
    cells.flatMap(({ scenes }) => scenes.filter((one) => one.scene === scene).map((one) => one[figure])),
  );
}

function slowest(cells: readonly CellFigures[]): number {
  return Math.max(...cells.map(({ staticSharpMs }) => staticSharpMs ?? Number.POSITIVE_INFINITY));
}

function ms(value: number): string {
  return Number.isFinite(value) ? `${value.toFixed(0)} ms` : "not within 4 s";
}

function stillRow(modes: readonly NamedFigures[]): BenchRow {
  const balanced = of(modes, finalists.mode("balanced"));
  const without = of(modes, finalists.unrefreshed);
  return {
    name: "A screen that stands still after a burst → SSIM ≥ 0.98 at the operator, Balanced",
    measured: `slowest of ${balanced.length}: ${ms(slowest(balanced))}`,
    compared: `without the refresher: ${ms(slowest(without))}; goal ${GOAL_STILL_MS} ms`,
    ratio: slowest(balanced) / GOAL_STILL_MS,
    goal: `≤ ${GOAL_STILL_MS} ms`,
    met: slowest(balanced) <= GOAL_STILL_MS,
    samples: `${balanced.length} bursts`,
  };
}

/** Every mode with every codec that two browsers can come to. */
function stillAnywhereRow(stills: readonly NamedFigures[]): BenchRow {
  const product = stills.filter(({ figures: { cell } }) => cell.settles);
  const byName = namesOf(product).map((name) => ({ name, ms: slowest(of(product, name)) }));
  const worst = byName.reduce((a, b) => (b.ms > a.ms ? b : a));
  const others = stills.filter(({ figures: { cell } }) => !cell.settles);
  const inTime = others.filter(
    ({ figures }) => (figures.staticSharpMs ?? Number.POSITIVE_INFINITY) <= GOAL_STILL_MS,
  );
  return {
    name: "The same in every mode with every codec",
    measured: `slowest of all: ${ms(worst.ms)} (${worst.name})`,
    compared: `modes that let pixels give way, as the browser sees fit: ${inTime.length} of ${others.length} in time; goal ${GOAL_STILL_MS} ms`,
    ratio: worst.ms / GOAL_STILL_MS,
    goal: `≤ ${GOAL_STILL_MS} ms`,
    met: worst.ms <= GOAL_STILL_MS,
    samples: `${product.length} bursts`,
  };
}

function sharpnessRow(modes: readonly NamedFigures[]): BenchRow {
  const now = of(modes, finalists.mode("balanced"));
  const before = of(modes, finalists.before);
  const inWords = (cells: readonly CellFigures[]) =>
    `SSIM ${typical(cells, "scroll", "ssim").toFixed(3)} at ${typical(cells, "scroll", "framesPerSecond").toFixed(1)} frames/s and ${(typical(cells, "scroll", "bitrateBps") / 1e6).toFixed(2)} Mbit/s`;
  const ratio = typical(now, "scroll", "ssim") / typical(before, "scroll", "ssim");
  return {
    name: "12 px text while it is scrolled, Balanced",
    measured: inWords(now),
    compared: `VP8, detail, 6 Mbit/s: ${inWords(before)}`,
    ratio,
    goal: "SSIM ≥ 1 ×",
    met: ratio >= 1,
    samples: `${now.length} times`,
  };
}

function fluidRow(modes: readonly NamedFigures[]): BenchRow {
  const fluid = of(modes, finalists.mode("fluid"));
  const sharp = of(modes, finalists.mode("sharp"));
  const rate = (cells: readonly CellFigures[]) =>
    median((["scroll", "drag", "video"] as const).map((scene) => typical(cells, scene, "framesPerSecond")));
  return {
    name: "Moving scenes, Fluid",
    measured: `${rate(fluid).toFixed(1)} frames/s`,
    compared: `Sharp: ${rate(sharp).toFixed(1)} frames/s`,
    ratio: rate(fluid) / rate(sharp),
    goal: "> 1 ×",
    met: rate(fluid) > rate(sharp),
    samples: `${fluid.length} × 3 scenes`,
  };
}

const head = ["scroll", "typing", "drag", "video", "still sharp after", "CPU send / receive", "score"];

function gridTable(grid: readonly NamedFigures[], missing: readonly CodecName[]): BenchTable {
  return {
    title: "Picture: what was tried",
    text: `Medians of ${roundsOf(grid)} rounds, in which the cells of a stage took turns; the slowest of them for the still screen. Each scene: frames a second at the receiver, median SSIM (${COMPARED_IN_WORDS}) against the source, Mbit/s. CPU: all processes of each browser, in cores, median of the scenes, drawing the scene included. Score: share of the frames that arrived × SSIM, mean of the scenes. ${missing.length === 0 ? "This Chromium encodes all four codecs." : `This Chromium does not encode ${missing.join(", ")}.`}`,
    head: ["Cell", "Encoder", ...head],
    rows: namesOf(grid).map((name) => {
      const measured = of(grid, name);
      return [name, measured[0]?.encoder ?? "", ...cells(measured)];
    }),
  };
}

function modeTable(modes: readonly NamedFigures[]): BenchTable {
  return {
    title: "Picture: the product's modes",
    text: "As above; medians of the repeats, which were measured in turns; the slowest of them for the still screen.",
    head: ["Mode", "Parameters", ...head],
    rows: namesOf(modes).map((name) => {
      const measured = of(modes, name);
      const cell = measured[0]?.cell;
      const parameters = cell
        ? `${cell.codec}, ${cell.contentHint}, ${cell.scalabilityMode}, ≤ ${cell.maxBitrateBps / 1e6} Mbit/s, ≤ ${cell.maxFramerate}/s`
        : "";
      return [name, parameters, ...cells(measured)];
    }),
  };
}

function stillTable(stills: readonly NamedFigures[]): BenchTable {
  return {
    title: "Picture: a screen that stands still, by mode and codec",
    text: `${roundsOf(stills)} bursts of scrolling each, then nothing more: how long until the operator's picture has an SSIM of 0.98. While it was scrolled: frames a second, SSIM, Mbit/s. "As the browser sees fit": without the product encoding a still picture that is not sharp as such.`,
    head: ["Mode and codec", "slowest", "median", "SSIM in the end, lowest", "scroll"],
    rows: namesOf(stills).map((name) => {
      const measured = of(stills, name);
      const middle = median(measured.map(({ staticSharpMs }) => staticSharpMs ?? Number.POSITIVE_INFINITY));
      const lowest = Math.min(...measured.map(({ staticSsim }) => staticSsim));
      return [name, ms(slowest(measured)), ms(middle), lowest.toFixed(3), sceneInWords(measured, "scroll")];
    }),
  };
}

function sceneInWords(measured: readonly CellFigures[], scene: SceneName): string {
  return `${typical(measured, scene, "framesPerSecond").toFixed(1)}/s, ${typical(measured, scene, "ssim").toFixed(3)}, ${(typical(measured, scene, "bitrateBps") / 1e6).toFixed(2)}`;
}

function cells(measured: readonly CellFigures[]): string[] {
  const scene = (name: SceneName) => sceneInWords(measured, name);
  const cpu = (figure: "senderCpu" | "receiverCpu") =>
    median(measured.flatMap(({ scenes }) => scenes.map((one) => one[figure]))).toFixed(2);
  return [
    scene("scroll"),
    scene("typing"),
    scene("drag"),
    scene("video"),
    ms(slowest(measured)),
    `${cpu("senderCpu")} / ${cpu("receiverCpu")}`,
    median(measured.map(score)).toFixed(2),
  ];
}
