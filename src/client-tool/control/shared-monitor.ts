import type { Monitor, SurfaceMessage } from "@/protocol/control";
import type { SeenMonitor } from "../machine/machine";

export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** Sizes that were divided by a scale and rounded may be off by one. */
const ROUNDING_PIXELS = 1;
/** Encoders round sizes to even numbers, which bends the aspect ratio by less than this. */
const SAME_ASPECT = 0.01;
/** What is left of a fraction times a size after floating-point arithmetic must not cost a pixel. */
const FLOAT_SLACK = 1e-6;

/** What the customer's page says of what it shares. */
export type SurfaceHint = Omit<SurfaceMessage, "type">;

/**
 * Which monitor the shared picture shows. In this order: the one that the operator has named, the one that the customer's browser has,
 * the one with exactly the picture's pixels, the one whose size matches once its scaling is taken into account (a system may count in
 * points where the picture counts in pixels, or the other way round), the one of the same shape, the primary one.
 *
 * Among equals the one that was taken before stays, then the primary one comes first.
 *
 * @param surface null as long as the page has not told
 * @param picture null as long as nobody has told its size
 * @param chosenId the operator's own choice
 * @param currentId what was taken before
 * @returns null when there is no monitor
 */
export function sharedMonitor(
  monitors: readonly SeenMonitor[],
  {
    surface,
    picture,
    chosenId,
    currentId,
  }: {
    surface: SurfaceHint | null;
    picture: PictureSize | null;
    chosenId: string | null;
    currentId: string | null;
  },
): SeenMonitor | null {
  const chosen = monitors.find(({ monitorId }) => monitorId === chosenId);
  if (chosen) return chosen;
  const preferred = [...monitors].sort((a, b) => rank(b, currentId) - rank(a, currentId));
  const primary = monitors.find(({ isPrimary }) => isPrimary) ?? monitors[0] ?? null;
  const told = surface && preferred.find((monitor) => isTold(monitor, surface));
  if (picture === null) return told ?? primary;
  // A browser's number that means something else than it should: the picture is of another monitor's shape.
  const isBelied = told && !hasShape(told, picture) && monitors.some((monitor) => hasShape(monitor, picture));
  if (told && !isBelied) return told;
  const likenesses = [isExact, isScaled, hasShape];
  for (const isAlike of likenesses) {
    const found = preferred.find((monitor) => isAlike(monitor, picture));
    if (found) return found;
  }
  return primary;
}

/** Whether the picture may well be of that monitor, if it is shown smaller or larger than it is. */
export function hasShape(monitor: PictureSize, picture: PictureSize): boolean {
  const ratio = (monitor.width * picture.height) / (monitor.height * picture.width);
  return Math.abs(ratio - 1) <= SAME_ASPECT;
}

/** The pixel of the desktop for a place on the picture of a monitor; 1,1 is its last pixel. */
export function pixelAt(monitor: Monitor, { x, y }: { x: number; y: number }): { x: number; y: number } {
  return {
    x: monitor.x + pixelOf(x, monitor.width),
    y: monitor.y + pixelOf(y, monitor.height),
  };
}

function pixelOf(fraction: number, size: number): number {
  return Math.max(0, Math.min(size - 1, Math.floor(fraction * size + FLOAT_SLACK)));
}

function isTold({ captureId, name }: SeenMonitor, surface: SurfaceHint): boolean {
  if (surface.captureId !== null) return captureId === surface.captureId;
  return name === surface.name;
}

function rank({ monitorId, isPrimary }: Monitor, currentId: string | null): number {
  return (monitorId === currentId ? 2 : 0) + (isPrimary ? 1 : 0);
}

function isExact(monitor: Monitor, picture: PictureSize): boolean {
  return monitor.width === picture.width && monitor.height === picture.height;
}

function isScaled({ width, height, scale }: Monitor, picture: PictureSize): boolean {
  return [scale, 1 / scale].some(
    (factor) =>
      Math.abs(width * factor - picture.width) <= ROUNDING_PIXELS &&
      Math.abs(height * factor - picture.height) <= ROUNDING_PIXELS,
  );
}
