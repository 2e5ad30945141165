import type { Quality } from "@/media/session-state";

/** A figure with the unit it is told in, ready for the message of that unit. */
export type Figure =
  | { readonly unit: "milliseconds" | "percent" | "megabits" | "kilobits" | "plain"; readonly value: number }
  /** Not measured yet. */
  | { readonly unit: "none" };

export type FigureName = "roundTrip" | "loss" | "frames" | "bitrate";

/** The connection's figures, rounded to what a person can use: nobody needs 23.8417 ms. */
export function qualityFigures(
  quality: Pick<Quality, "rttMs" | "lossRatio" | "framesPerSecond" | "bitrateBps"> | null,
): Record<FigureName, Figure> {
  return {
    roundTrip: figure(quality?.rttMs, (rttMs) => ({ unit: "milliseconds", value: Math.round(rttMs) })),
    loss: figure(quality?.lossRatio, (ratio) => ({ unit: "percent", value: Math.round(ratio * 1000) / 10 })),
    frames: figure(quality?.framesPerSecond, (fps) => ({ unit: "plain", value: Math.round(fps) })),
    bitrate: figure(quality?.bitrateBps, bitrateFigure),
  };
}

/** In the unit that gives the shorter number. */
export function bitrateFigure(bps: number): Figure {
  return bps >= 1_000_000
    ? { unit: "megabits", value: Math.round(bps / 100_000) / 10 }
    : { unit: "kilobits", value: Math.round(bps / 1000) };
}

function figure(value: number | null | undefined, of: (value: number) => Figure): Figure {
  return value === null || value === undefined || !Number.isFinite(value) ? { unit: "none" } : of(value);
}
