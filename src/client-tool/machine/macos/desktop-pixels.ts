import type { SeenMonitor } from "../machine";
import type { Point } from "./core-graphics";

/** A display as Core Graphics tells of it: in points of the desktop, which all displays share. */
export type Display = {
  displayId: number;
  name: string;
  /** In points. */
  bounds: { x: number; y: number; width: number; height: number };
  /** Pixels of the picture to a point: 2 on Retina displays. */
  scale: number;
  isMain: boolean;
};

/**
 * The desktop in pixels. macOS has none: its displays share points, each with its own number of pixels to one. Here every display keeps
 * its own pixels, and its corner is placed as if all had those of the finest, so that no two overlap.
 */
export function pixelMonitors(displays: readonly Display[]): SeenMonitor[] {
  const finest = finestScale(displays);
  return displays.map(({ displayId, name, bounds, scale, isMain }) => ({
    monitorId: String(displayId),
    name: name.slice(0, 100),
    x: Math.round(bounds.x * finest),
    y: Math.round(bounds.y * finest),
    width: Math.max(Math.round(bounds.width * scale), 1),
    height: Math.max(Math.round(bounds.height * scale), 1),
    scale: Math.min(Math.max(scale, 0.25), 8),
    isPrimary: isMain,
    // Chromium has the same number as Core Graphics.
    captureId: displayId,
  }));
}

/** @returns the middle of that pixel, in points; of the nearest one when it is on no display */
export function pointOfPixel({ x, y }: Point, displays: readonly Display[]): Point {
  const finest = finestScale(displays);
  const display = nearest(displays, ({ bounds, scale }) => ({
    left: bounds.x * finest,
    top: bounds.y * finest,
    right: bounds.x * finest + bounds.width * scale - 1,
    bottom: bounds.y * finest + bounds.height * scale - 1,
    at: { x, y },
  }));
  if (!display) return { x, y };
  const { bounds, scale } = display;
  return {
    x: bounds.x + (clamp(x - bounds.x * finest, bounds.width * scale) + 0.5) / scale,
    y: bounds.y + (clamp(y - bounds.y * finest, bounds.height * scale) + 0.5) / scale,
  };
}

/** @param point in points @returns the pixel that it lies on */
export function pixelOfPoint(point: Point, displays: readonly Display[]): Point {
  const finest = finestScale(displays);
  const display = nearest(displays, ({ bounds }) => ({
    left: bounds.x,
    top: bounds.y,
    // A point right on the edge belongs to the next display.
    right: bounds.x + bounds.width - 1e-6,
    bottom: bounds.y + bounds.height - 1e-6,
    at: point,
  }));
  if (!display) return { x: Math.floor(point.x), y: Math.floor(point.y) };
  const { bounds, scale } = display;
  return {
    x: Math.round(bounds.x * finest) + clamp(Math.floor((point.x - bounds.x) * scale), bounds.width * scale),
    y: Math.round(bounds.y * finest) + clamp(Math.floor((point.y - bounds.y) * scale), bounds.height * scale),
  };
}

function finestScale(displays: readonly Display[]): number {
  return Math.max(1, ...displays.map(({ scale }) => scale));
}

function clamp(value: number, size: number): number {
  return Math.min(Math.max(value, 0), size - 1);
}

type Area = { left: number; top: number; right: number; bottom: number; at: Point };

function nearest(displays: readonly Display[], areaOf: (display: Display) => Area): Display | undefined {
  const distance = (display: Display) => {
    const { left, top, right, bottom, at } = areaOf(display);
    return Math.hypot(Math.max(left - at.x, 0, at.x - right), Math.max(top - at.y, 0, at.y - bottom));
  };
  return [...displays].sort((a, b) => distance(a) - distance(b))[0];
}
