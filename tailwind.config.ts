import type { Config } from "tailwindcss";
import plugin from "tailwindcss/plugin";
import {
  type ColorName,
  colorDeclarations,
  colorVariable,
  darkColors,
  kebabCase,
  lightColors,
} from "./src/lib/design-tokens";

const colorNames = Object.keys(lightColors) as ColorName[];

/**
 * The look of the product as Tailwind knows it. Colours are CSS variables, so that one class serves both themes; the type
 * scale has six sizes, named by their pixels at the browser's default, and nothing else (`text-15`, `text-72`).
 */
export default {
  content: ["./src/**/*.{ts,tsx}"],
  theme: {
    colors: {
      transparent: "transparent",
      current: "currentColor",
      black: "#000",
      white: "#fff",
      ...Object.fromEntries(colorNames.map((name) => [kebabCase(name), `var(${colorVariable(name)})`])),
    },
    fontSize: {
      13: ["0.8125rem", { lineHeight: "1.25rem" }],
      15: ["0.9375rem", { lineHeight: "1.5rem" }],
      18: ["1.125rem", { lineHeight: "1.75rem" }],
      24: ["1.5rem", { lineHeight: "2rem", letterSpacing: "-0.01em" }],
      36: ["2.25rem", { lineHeight: "2.75rem", letterSpacing: "-0.02em" }],
      72: ["4.5rem", { lineHeight: "5rem", letterSpacing: "-0.02em" }],
    },
    borderRadius: { none: "0", small: "6px", DEFAULT: "10px", large: "16px", full: "9999px" },
    fontFamily: {
      sans: [
        "system-ui",
        "-apple-system",
        '"Segoe UI"',
        '"Hiragino Sans"',
        '"Yu Gothic UI"',
        '"Noto Sans JP"',
        "sans-serif",
      ],
      mono: ["ui-monospace", '"SF Mono"', '"Cascadia Mono"', "Menlo", "monospace"],
    },
    extend: {
      maxWidth: { customer: "640px", console: "1440px" },
      boxShadow: { float: "0 1px 2px rgb(0 0 0 / 0.06), 0 8px 24px rgb(0 0 0 / 0.12)" },
      transitionDuration: { DEFAULT: "120ms" },
    },
  },
  plugins: [
    plugin(({ addBase, addVariant }) => {
      addBase({
        ":root": { colorScheme: "light", ...colorDeclarations(lightColors) },
        // No script decides the theme, so nothing flashes: the server writes data-theme, "system" is a media query.
        "@media (prefers-color-scheme: dark)": {
          ':root:not([data-theme="light"])': { colorScheme: "dark", ...colorDeclarations(darkColors) },
        },
        ':root[data-theme="dark"]': { colorScheme: "dark", ...colorDeclarations(darkColors) },
      });
      addVariant("ja", "&:lang(ja)");
    }),
  ],
} satisfies Config;
