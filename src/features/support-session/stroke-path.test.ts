import { describe, expect, test } from "vitest";
import { strokePath } from "./stroke-path";

/** Where each curve of a path ends, its start included. */
function corners(path: string): string[] {
  return path
    .split(/[MCL]/)
    .filter(Boolean)
    .map((part) => part.split(" ").at(-1) ?? "");
}

/** Points along a path of cubic curves, by the formula of the curve itself. */
function sample(path: string): { x: number; y: number }[] {
  const numbers = path.match(/-?\d+(\.\d+)?(e-\d+)?/g)?.map(Number) ?? [];
  const pairs: { x: number; y: number }[] = [];
  for (let index = 0; index + 1 < numbers.length; index += 2) {
    pairs.push({ x: numbers[index] ?? Number.NaN, y: numbers[index + 1] ?? Number.NaN });
  }
  const along: { x: number; y: number }[] = [];
  for (let index = 0; index + 3 < pairs.length; index += 3) {
    const [a, b, c, d] = pairs.slice(index, index + 4);
    if (!a || !b || !c || !d) continue;
    for (let t = 0; t <= 1; t += 0.05) {
      const u = 1 - t;
      const mix = (key: "x" | "y") =>
        u ** 3 * a[key] + 3 * u * u * t * b[key] + 3 * u * t * t * c[key] + t ** 3 * d[key];
      along.push({ x: mix("x"), y: mix("y") });
    }
  }
  return along;
}

describe("strokePath", () => {
  test("nothing for no points, a dot for one", () => {
    expect(strokePath([])).toBe("");
    expect(strokePath([{ x: 0.25, y: 0.5 }])).toBe("M0.25,0.5L0.25,0.5");
    expect(
      strokePath([
        { x: 0.25, y: 0.5 },
        { x: 0.25, y: 0.5 },
      ]),
    ).toBe("M0.25,0.5L0.25,0.5");
  });

  test("goes through every point", () => {
    const points = [
      { x: 0.1, y: 0.1 },
      { x: 0.2, y: 0.15 },
      { x: 0.3, y: 0.12 },
      { x: 0.9, y: 0.95 },
    ];
    expect(corners(strokePath(points))).toEqual(["0.1,0.1", "0.2,0.15", "0.3,0.12", "0.9,0.95"]);
  });

  test("a straight line stays straight", () => {
    for (const point of sample(strokePath([0, 0.1, 0.5, 1].map((x) => ({ x, y: 0.5 }))))) {
      expect(point.y).toBeCloseTo(0.5, 9);
    }
  });

  test("a corner stays a corner: nothing is drawn beyond it", () => {
    const path = strokePath([
      { x: 0.2, y: 0.2 },
      { x: 0.8, y: 0.2 },
      { x: 0.8, y: 0.8 },
    ]);
    for (const point of sample(path)) {
      expect(point.x).toBeLessThanOrEqual(0.8 + 1e-9);
      expect(point.y).toBeGreaterThanOrEqual(0.2 - 1e-9);
    }
  });

  test("a circle of few points is round within 2 of 1000", () => {
    const radius = 0.2;
    const points = Array.from({ length: 25 }, (_, index) => {
      const angle = (index / 24) * 2 * Math.PI;
      return { x: 0.5 + radius * Math.cos(angle), y: 0.5 + radius * Math.sin(angle) };
    });
    for (const point of sample(strokePath(points))) {
      expect(Math.abs(Math.hypot(point.x - 0.5, point.y - 0.5) - radius)).toBeLessThan(0.002);
    }
  });
});
