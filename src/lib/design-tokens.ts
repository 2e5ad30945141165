/**
 * The colours of the product, once for each theme, as CSS colours. `tailwind.config.ts` turns them into CSS variables
 * (`--ground`, …) and into Tailwind's names (`bg-ground`, …); a unit test computes the contrast of every pair in
 * {@link textPairs} and {@link shapePairs}.
 *
 * One accent only. `stop`, `good` and `warn` fill a shape; `*Text` is the same hue as writing on a plain ground, and
 * `*Soft` a pale ground for writing in it.
 */
export const lightColors = {
  ground: "oklch(0.99 0.003 90)",
  surface: "oklch(1 0 0)",
  sunken: "oklch(0.965 0.004 90)",
  line: "oklch(0.9 0.005 90)",
  lineStrong: "oklch(0.61 0.01 260)",
  ink: "oklch(0.18 0.012 260)",
  inkMuted: "oklch(0.45 0.014 260)",
  accent: "oklch(0.46 0.13 262)",
  accentHover: "oklch(0.4 0.13 262)",
  onAccent: "oklch(0.99 0.003 90)",
  accentSoft: "oklch(0.945 0.022 262)",
  stop: "oklch(0.57 0.2 32)",
  stopHover: "oklch(0.5 0.19 32)",
  onStop: "oklch(0.99 0.003 90)",
  stopText: "oklch(0.5 0.19 32)",
  stopSoft: "oklch(0.95 0.025 32)",
  good: "oklch(0.6 0.11 160)",
  onGood: "oklch(0.18 0.012 260)",
  goodText: "oklch(0.46 0.1 160)",
  goodSoft: "oklch(0.95 0.03 160)",
  warn: "oklch(0.78 0.15 85)",
  onWarn: "oklch(0.18 0.012 260)",
  warnText: "oklch(0.46 0.1 75)",
  warnSoft: "oklch(0.955 0.045 90)",
} as const;

export type ColorName = keyof typeof lightColors;

export const darkColors: Readonly<Record<ColorName, string>> = {
  ground: "oklch(0.18 0.012 260)",
  surface: "oklch(0.215 0.014 260)",
  sunken: "oklch(0.25 0.016 260)",
  line: "oklch(0.32 0.016 260)",
  lineStrong: "oklch(0.58 0.015 260)",
  ink: "oklch(0.96 0.004 90)",
  inkMuted: "oklch(0.76 0.012 260)",
  accent: "oklch(0.74 0.11 262)",
  accentHover: "oklch(0.8 0.1 262)",
  onAccent: "oklch(0.18 0.012 260)",
  accentSoft: "oklch(0.29 0.05 262)",
  stop: "oklch(0.57 0.2 32)",
  stopHover: "oklch(0.52 0.19 32)",
  onStop: "oklch(0.99 0.003 90)",
  stopText: "oklch(0.75 0.15 32)",
  stopSoft: "oklch(0.29 0.06 32)",
  good: "oklch(0.72 0.12 160)",
  onGood: "oklch(0.18 0.012 260)",
  goodText: "oklch(0.78 0.12 160)",
  goodSoft: "oklch(0.28 0.04 160)",
  warn: "oklch(0.82 0.14 85)",
  onWarn: "oklch(0.18 0.012 260)",
  warnText: "oklch(0.84 0.13 85)",
  warnSoft: "oklch(0.3 0.045 85)",
};

const plainGrounds = ["ground", "surface", "sunken"] as const satisfies readonly ColorName[];
const plainInks = [
  "ink",
  "inkMuted",
  "accent",
  "accentHover",
  "stopText",
  "goodText",
  "warnText",
] as const satisfies readonly ColorName[];

/** Every [writing, ground] that components use: 4.5:1 at least (WCAG 2.2, 1.4.3). */
export const textPairs: readonly (readonly [ColorName, ColorName])[] = [
  ...plainGrounds.flatMap((ground) => plainInks.map((ink) => [ink, ground] as const)),
  ["onAccent", "accent"],
  ["onAccent", "accentHover"],
  ["onStop", "stop"],
  ["onStop", "stopHover"],
  ["onGood", "good"],
  ["onWarn", "warn"],
  ["accent", "accentSoft"],
  ["stopText", "stopSoft"],
  ["goodText", "goodSoft"],
  ["warnText", "warnSoft"],
  ...(["accentSoft", "stopSoft", "goodSoft", "warnSoft"] as const).flatMap((soft) => [
    ["ink", soft] as const,
    ["inkMuted", soft] as const,
  ]),
  // Tooltips and the skip link are written the other way round.
  ["ground", "ink"],
];

/** Every [shape, ground] whose outline tells what a control is or where the focus is: 3:1 at least (WCAG 2.2, 1.4.11). */
export const shapePairs: readonly (readonly [ColorName, ColorName])[] = plainGrounds.flatMap((ground) => [
  ["lineStrong", ground] as const,
  ["accent", ground] as const,
]);

/** The CSS variable of a colour: `inkMuted` → `--ink-muted`. */
export function colorVariable(name: ColorName): string {
  return `--${kebabCase(name)}`;
}

/** The name of a colour in Tailwind's classes: `inkMuted` → `ink-muted`, as in `text-ink-muted`. */
export function kebabCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** A theme as a CSS declaration block. */
export function colorDeclarations(colors: Readonly<Record<ColorName, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(colors).map(([name, value]) => [`--${kebabCase(name)}`, value] as const),
  );
}
