import { type PictureParameters, pictureParameters, START_BITRATE_KBPS } from "@/media/picture-quality";
import { type PictureMode, pictureCodecs, pictureModes } from "@/protocol/picture-mode";
import { type Cell, type CellFigures, type CodecName, type ContentHint, codecNames } from "./cell";
import type { SceneName } from "./scenes";

/**
 * The whole product of codec, hint, scalability and bitrate would take an hour; so one thing is varied at a time, and later stages
 * only look at the two best codecs of the first.
 */
export interface Stage {
  readonly name: string;
  readonly cells: readonly { readonly name: string; readonly cell: Cell }[];
  /** What is shown while they are measured; all there is when nothing is said. */
  readonly scenes?: readonly SceneName[];
}

const hints: readonly ContentHint[] = ["detail", "text", "motion"];
const MIDDLE_BITRATE_BPS = 2_500_000;

/** Everything but what a stage varies. */
export function cellOf(codec: CodecName, parameters: Partial<Cell> = {}): Cell {
  const contentHint = parameters.contentHint ?? "detail";
  return {
    codec,
    contentHint,
    scalabilityMode: "L1T1",
    maxBitrateBps: MIDDLE_BITRATE_BPS,
    maxFramerate: 30,
    degradationPreference: preferenceFor(contentHint),
    startBitrateKbps: START_BITRATE_KBPS,
    refreshes: true,
    settles: true,
    ...parameters,
  };
}

function named({ codec, contentHint, scalabilityMode, maxBitrateBps, degradationPreference }: Cell): string {
  const preference = degradationPreference === preferenceFor(contentHint) ? "" : `, ${degradationPreference}`;
  return `${codec} ${contentHint} ${scalabilityMode} ${maxBitrateBps / 1e6} Mbit/s${preference}`;
}

/** As browsers choose it themselves (W3C mst-content-hint). */
function preferenceFor(contentHint: ContentHint): RTCDegradationPreference {
  return contentHint === "motion" ? "maintain-framerate" : "maintain-resolution";
}

function stage(name: string, cells: readonly Cell[]): Stage {
  return { name, cells: cells.map((cell) => ({ name: named(cell), cell })) };
}

/** First: every codec with every hint. */
export function codecStage(codecs: readonly CodecName[]): Stage {
  return stage(
    "codec × content hint",
    codecs.flatMap((codec) => hints.map((contentHint) => cellOf(codec, { contentHint }))),
  );
}

/** Second and third: temporal layers and bitrates with the best codecs. */
export function layerStage(codecs: readonly CodecName[]): Stage {
  return stage(
    "temporal layers",
    codecs.flatMap((codec) =>
      (["L1T2", "L1T3"] as const).map((scalabilityMode) => cellOf(codec, { scalabilityMode })),
    ),
  );
}

export function bitrateStage(codecs: readonly CodecName[]): Stage {
  return stage(
    "bitrate",
    codecs.flatMap((codec) =>
      [1_000_000, 6_000_000].map((maxBitrateBps) => cellOf(codec, { maxBitrateBps })),
    ),
  );
}

/** Fourth: the encoder made for screens, which gives up pixels before frames when it cannot follow. */
export function preferenceStage(codecs: readonly CodecName[]): Stage {
  return stage(
    "what gives way",
    codecs.map((codec) => cellOf(codec, { degradationPreference: "maintain-framerate" })),
  );
}

/** The codec that the product's customer side picks where both browsers know it. */
const productCodec: CodecName = pictureCodecs[0];

/** The names of the last stage's cells. */
export const finalists = {
  before: "VP8, as it was before",
  mode: (mode: string) => `mode ${mode}`,
  unrefreshed: "mode balanced, no refresher",
} as const;

/** Last: the three modes as the product has them, and what its measure against blur brings. */
export function modeStage(): Stage {
  const productCell = (parameters: PictureParameters, others: Partial<Cell> = {}) =>
    cellOf(productCodec, { ...parameters, ...others });
  const balanced = pictureParameters("balanced", "screen", productCodec);
  return {
    name: "the product's modes",
    cells: [
      { name: finalists.before, cell: cellOf("VP8", { maxBitrateBps: 6_000_000 }) },
      ...pictureModes.map((mode) => ({
        name: finalists.mode(mode),
        cell: productCell(pictureParameters(mode, "screen", productCodec)),
      })),
      { name: finalists.unrefreshed, cell: productCell(balanced, { refreshes: false }) },
    ],
  };
}

/** The names of the cells of {@link stillStage}. */
export const stillNames = {
  product: (mode: PictureMode, codec: CodecName) => `${mode}, ${codec}`,
  asBrowser: (mode: PictureMode, codec: CodecName) => `${mode}, ${codec}, as the browser sees fit`,
} as const;

/** The modes that let pixels give way. */
export const yieldingModes = pictureModes.filter(
  (mode) => pictureParameters(mode, "screen").degradationPreference !== "maintain-resolution",
);

/** Every mode with every codec that the product can come to: a burst of scrolling, then nothing. */
export function stillStage(codecs: readonly CodecName[] = codecNames): Stage {
  const cells = codecs.flatMap((codec) => [
    ...pictureModes.map((mode) => ({
      name: stillNames.product(mode, codec),
      cell: cellOf(codec, pictureParameters(mode, "screen", codec)),
    })),
    ...yieldingModes.map((mode) => ({
      name: stillNames.asBrowser(mode, codec),
      cell: cellOf(codec, { ...pictureParameters(mode, "screen", codec), settles: false }),
    })),
  ]);
  return { name: "still after a burst", cells, scenes: ["scroll"] };
}

/** Frames a second that a scene can have at most: the typist changes the screen less often than the display could. */
const MOST_FRAMES = { scroll: 30, typing: 7.5, drag: 30, video: 30 } as const;

/** How good a cell is, 0 to 1: the share of the frames that arrived, times how much of the structure of each was left. */
export function score({ scenes }: CellFigures): number {
  const parts = scenes.map(
    ({ scene, framesPerSecond, ssim }) =>
      Math.min(1, framesPerSecond / MOST_FRAMES[scene]) * (Number.isNaN(ssim) ? 0 : ssim),
  );
  return parts.reduce((sum, part) => sum + part, 0) / Math.max(1, parts.length);
}

/** The two codecs whose best cells score highest. */
export function bestCodecs(results: readonly CellFigures[]): CodecName[] {
  const bestOf = (codec: CodecName) =>
    Math.max(...results.filter(({ cell }) => cell.codec === codec).map(score));
  const codecs = [...new Set(results.map(({ cell }) => cell.codec))];
  return codecs.sort((a, b) => bestOf(b) - bestOf(a)).slice(0, 2);
}
