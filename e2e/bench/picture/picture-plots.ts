import * as Plot from "@observablehq/plot";
import { JSDOM } from "jsdom";
import type { BenchFigure } from "../report";
import { codecNames } from "./cell";
import type { NamedFigures } from "./picture-report";
import { sceneNames } from "./scenes";

interface Point {
  readonly scene: string;
  readonly codec: string;
  readonly hint: string;
  readonly ssim: number;
  readonly megabits: number;
  readonly framesPerSecond: number;
  readonly cpu: number;
}

/** Sharpness over bitrate, and frames over processor time, one panel a scene. */
export function gridFigures(measured: readonly NamedFigures[]): BenchFigure[] {
  const points = measured.flatMap(({ figures: { cell, scenes } }) =>
    scenes.map(
      (one): Point => ({
        scene: one.scene,
        codec: cell.codec,
        hint: cell.contentHint,
        ssim: one.ssim,
        megabits: one.bitrateBps / 1e6,
        framesPerSecond: one.framesPerSecond,
        cpu: one.senderCpu,
      }),
    ),
  );
  return [
    {
      name: "picture-sharpness",
      title: "Sharpness (SSIM) over bitrate, by scene",
      svg: panels(points, { x: "megabits", y: "ssim", xLabel: "Mbit/s", yLabel: "SSIM" }),
    },
    {
      name: "picture-frames",
      title: "Frames a second over the sender's processor time, by scene",
      svg: panels(points, {
        x: "cpu",
        y: "framesPerSecond",
        xLabel: "cores at the sender",
        yLabel: "frames a second",
      }),
    },
  ];
}

function panels(
  points: readonly Point[],
  { x, y, xLabel, yLabel }: { x: keyof Point; y: keyof Point; xLabel: string; yLabel: string },
): string {
  const { document } = new JSDOM("").window;
  const figure = Plot.plot({
    document,
    ariaLabel: `${yLabel} over ${xLabel}`,
    width: 960,
    height: 320,
    marginLeft: 50,
    marginBottom: 45,
    style: "background: white; font-family: system-ui, sans-serif; font-size: 13px",
    fx: { label: null, domain: [...sceneNames] },
    x: { label: xLabel, grid: true, zero: true, ticks: 4 },
    y: { label: yLabel, grid: true },
    color: {
      legend: false,
      domain: [...codecNames],
      range: ["#c2410c", "#33458c", "#15803d", "#7e22ce"],
    },
    marks: [
      Plot.frame({ stroke: "#d4d4d8" }),
      Plot.dot(points, { fx: "scene", x, y, stroke: "codec", symbol: "hint", r: 4, strokeWidth: 1.5 }),
      // Each codec's name in its own colour, in place of a legend.
      ...codecNames.map((codec, at) =>
        Plot.text([codec], {
          fx: () => "scroll",
          fill: () => codec,
          frameAnchor: "bottom-right",
          dx: -6,
          dy: -8 - 14 * at,
        }),
      ),
    ],
  });
  figure.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  return figure.outerHTML;
}
