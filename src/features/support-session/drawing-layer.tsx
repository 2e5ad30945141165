import { memo, useMemo } from "react";
import type { Stroke } from "@/media/session-state";
import type { PenColor } from "@/protocol/data-channels";
import { strokePath } from "./stroke-path";

/**
 * Ink, not theme: what lies under a stroke is the customer's screen, so the colours are the same in both themes, and a light
 * edge keeps them visible on anything.
 */
export const inkOf: Readonly<Record<PenColor, string>> = {
  vermilion: "oklch(0.60 0.22 32)",
  indigo: "oklch(0.50 0.20 265)",
  green: "oklch(0.62 0.17 150)",
  yellow: "oklch(0.86 0.17 92)",
};

/** In CSS pixels on either side, whatever the size of the picture. */
const INK_WIDTH = 5;
const EDGE_WIDTH = 8;

/**
 * The pen strokes over the picture. Lies over the whole of a `PictureFrame`; its view box is the picture (0 to 1), so a
 * stroke keeps its place at any size and its width at any shape.
 */
export function DrawingLayer({ strokes, label }: { strokes: readonly Stroke[]; label: string }) {
  return (
    <svg
      className="pointer-events-none absolute inset-0 size-full overflow-hidden"
      viewBox="0 0 1 1"
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
      aria-hidden={strokes.length === 0}
    >
      {strokes.map((stroke) => (
        <InkStroke key={stroke.strokeId} stroke={stroke} />
      ))}
    </svg>
  );
}

/** Remembered by its stroke: only the one that grows is drawn anew. */
const InkStroke = memo(function InkStroke({ stroke }: { stroke: Stroke }) {
  const path = useMemo(() => strokePath(stroke.points), [stroke.points]);
  const shared = {
    d: path,
    fill: "none",
    strokeLinecap: "round",
    strokeLinejoin: "round",
    vectorEffect: "non-scaling-stroke",
  } as const;
  return (
    <g data-stroke={stroke.strokeId} data-color={stroke.color}>
      <path {...shared} stroke="oklch(1 0 0 / 0.75)" strokeWidth={EDGE_WIDTH} />
      <path {...shared} stroke={inkOf[stroke.color]} strokeWidth={INK_WIDTH} data-testid="annotation" />
    </g>
  );
});
