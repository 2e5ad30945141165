import { describe, expect, it } from "vitest";
import { type ColorName, darkColors, lightColors, shapePairs, textPairs } from "./design-tokens";

describe.each([
  ["light", lightColors],
  ["dark", darkColors],
] as const)("contrast in the %s theme", (_theme, colors) => {
  it.each(textPairs)("%s on %s can be read", (text, ground) => {
    expect(contrast(colors, text, ground)).toBeGreaterThanOrEqual(4.5);
  });

  it.each(shapePairs)("%s on %s can be seen", (shape, ground) => {
    expect(contrast(colors, shape, ground)).toBeGreaterThanOrEqual(3);
  });
});

it("computes contrast as WCAG defines it", () => {
  expect(contrastOf("oklch(1 0 0)", "oklch(0 0 0)")).toBeCloseTo(21, 1);
  expect(contrastOf("oklch(0.5 0 0)", "oklch(0.5 0 0)")).toBe(1);
});

function contrast(colors: Readonly<Record<ColorName, string>>, a: ColorName, b: ColorName): number {
  return contrastOf(colors[a], colors[b]);
}

/** Contrast ratio of WCAG 2.2, from 1 to 21. */
function contrastOf(a: string, b: string): number {
  const [bright, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (bright + 0.05) / (dark + 0.05);
}

/** Relative luminance of an `oklch(L C H)` colour, clipped to sRGB as a screen would (matrices of CSS Color 4). */
function luminance(color: string): number {
  const match = /^oklch\(([\d.]+) ([\d.]+) ([\d.]+)\)$/.exec(color);
  if (!match) throw new Error(`Not an oklch colour: ${color}`);
  const [lightness, chroma, hue] = match.slice(1).map(Number) as [number, number, number];
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const red = clip(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s);
  const green = clip(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s);
  const blue = clip(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function clip(value: number): number {
  return Math.min(1, Math.max(0, value));
}
