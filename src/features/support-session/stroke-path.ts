import type { PicturePoint } from "@/media/session-state";

/** Digits after the point: a 100,000th of the picture, a tenth of a pixel on the largest screens. */
const PRECISION = 5;
/** A turn sharper than this stays a corner: rounding it would draw where the operator did not. cos 60°. */
const CORNER_COSINE = 0.5;
/** How far a curve's handles reach along its segment: a third gives even speed on a straight line. */
const HANDLE = 1 / 3;

/**
 * The SVG path of a pen stroke, in a `0 0 1 1` view box: a smooth curve **through** every point, so that what the
 * operator circled is what the customer sees circled. One point is a dot (draw it with round line caps).
 *
 * @returns an empty string for no points
 */
export function strokePath(points: readonly PicturePoint[]): string {
  const [first, ...others] = withoutRepetition(points);
  if (!first) return "";
  const start = `M${text(first)}`;
  if (others.length === 0) return `${start}L${text(first)}`;
  const all = [first, ...others];
  const directions = all.map((_, index) => direction(all, index));
  let path = start;
  for (let index = 1; index < all.length; index += 1) {
    const from = all[index - 1];
    const to = all[index];
    const leaving = directions[index - 1];
    const arriving = directions[index];
    if (!from || !to || !leaving || !arriving) continue;
    const reach = distance(from, to) * HANDLE;
    path += `C${text({ x: from.x + leaving.x * reach, y: from.y + leaving.y * reach })} ${text({
      x: to.x - arriving.x * reach,
      y: to.y - arriving.y * reach,
    })} ${text(to)}`;
  }
  return path;
}

/** Which way the curve runs through a point, as a unit vector; none at an end or a corner, where it runs straight in and out. */
function direction(points: readonly PicturePoint[], index: number): PicturePoint {
  const before = points[index - 1];
  const here = points[index];
  const after = points[index + 1];
  if (!before || !here || !after) return { x: 0, y: 0 };
  const arriving = unit(before, here);
  const leaving = unit(here, after);
  const cosine = arriving.x * leaving.x + arriving.y * leaving.y;
  if (cosine < CORNER_COSINE) return { x: 0, y: 0 };
  return unit({ x: 0, y: 0 }, { x: arriving.x + leaving.x, y: arriving.y + leaving.y });
}

function unit(from: PicturePoint, to: PicturePoint): PicturePoint {
  const length = distance(from, to);
  return length === 0 ? { x: 0, y: 0 } : { x: (to.x - from.x) / length, y: (to.y - from.y) / length };
}

function distance(from: PicturePoint, to: PicturePoint): number {
  return Math.hypot(to.x - from.x, to.y - from.y);
}

function withoutRepetition(points: readonly PicturePoint[]): PicturePoint[] {
  return points.filter((point, index) => {
    const previous = points[index - 1];
    return !previous || previous.x !== point.x || previous.y !== point.y;
  });
}

function text({ x, y }: PicturePoint): string {
  return `${Number(x.toFixed(PRECISION))},${Number(y.toFixed(PRECISION))}`;
}
