import { type ClassValue, clsx } from "clsx";
import { extendTailwindMerge } from "tailwind-merge";

// Without this the merger takes `text-15` for a colour, and drops it beside `text-ink`.
const merge = extendTailwindMerge({
  extend: {
    classGroups: {
      "font-size": [{ text: ["13", "15", "18", "24", "36", "72"] }],
      rounded: [{ rounded: ["", "small", "large"] }],
    },
  },
});

/** Joins class names; of two Tailwind classes that set the same thing, the later wins. */
export function cn(...values: ClassValue[]): string {
  return merge(clsx(values));
}
