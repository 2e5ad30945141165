import type { AnnotationMessage } from "@/protocol/data-channels";
import type { Stroke } from "./session-state";

/** More than anybody draws, little enough to keep in memory and on the screen: the oldest strokes go first. */
const MAX_STROKES = 200;
const MAX_POINTS_PER_STROKE = 5_000;

/** The drawing after a message: new points go to the end of their stroke, a new stroke on top of the others. */
export function drawingAfter(strokes: readonly Stroke[], message: AnnotationMessage): readonly Stroke[] {
  if (message.type === "clear") return strokes.length === 0 ? strokes : [];
  const added = message.points.map(([x, y]) => ({ x, y }));
  const known = strokes.find(({ strokeId }) => strokeId === message.strokeId);
  if (!known) {
    const { strokeId, color } = message;
    return [...strokes, { strokeId, color, points: added }].slice(-MAX_STROKES);
  }
  const grown = { ...known, points: [...known.points, ...added].slice(0, MAX_POINTS_PER_STROKE) };
  return strokes.map((stroke) => (stroke === known ? grown : stroke));
}
