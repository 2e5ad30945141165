import { readFileSync } from "node:fs";
import { loadLibrary } from "../../machine/linux/x11/xlib";

const MADV_DONTNEED = 4;
/** A mapping of a font's file that nobody writes to: from, to. */
const FONT_MAPPING = /^([0-9a-f]+)-([0-9a-f]+) r--p .*\.(?:ttc|ttf|otf|pfb)$/gm;

/**
 * Gives back what drawing text has left in memory (some 10 MB for Japanese): Pango's fonts, and the pages of the font files, which stay
 * mapped and are read again when they are needed. A window that only waits does without.
 */
export function releaseFontMemory(): void {
  try {
    release();
  } catch {
    // Where /proc is hidden the memory stays taken, which is no reason to stop.
  }
}

function release(): void {
  const setDefaultFontMap: (fontMap: null) => void = loadLibrary("libpangocairo-1.0.so.0").func(
    "void pango_cairo_font_map_set_default(void *fontMap)",
  );
  setDefaultFontMap(null);
  const advise: (address: bigint, length: bigint, advice: number) => number = loadLibrary("libc.so.6").func(
    "int madvise(uintptr_t address, size_t length, int advice)",
  );
  for (const [, from, to] of readFileSync("/proc/self/maps", "utf8").matchAll(FONT_MAPPING)) {
    const [start, end] = [BigInt(`0x${from}`), BigInt(`0x${to}`)];
    advise(start, end - start, MADV_DONTNEED);
  }
}
