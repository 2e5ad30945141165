import type { LibraryHandle } from "koffi";
import { loadLibrary } from "./x11/xlib";

/** Keysyms by name (X11/keysymdef.h). */
export const keysym = {
  tab: 0xff09,
  return: 0xff0d,
  escape: 0xff1b,
  numLock: 0xff7f,
  keypadFirst: 0xff80,
  keypadLast: 0xffbd,
  shiftLeft: 0xffe1,
  level3Shift: 0xfe03,
} as const;

/** Unicode keysyms (X protocol, appendix A): this plus the code point. */
const UNICODE_BASE = 0x0100_0000;
const LATIN1_LAST = 0xff;
const LINE_FEED = 0x0a;
const TAB = 0x09;

/** The keysym that means this character and nothing else. */
export function keysymOf(codePoint: number): number {
  if (codePoint === LINE_FEED) return keysym.return;
  if (codePoint === TAB) return keysym.tab;
  return codePoint <= LATIN1_LAST ? codePoint : UNICODE_BASE + codePoint;
}

/**
 * The character that a keysym types, or undefined for none (dead keys, functions). The old keysyms of single scripts (Cyrillic, Greek,
 * kana…) are known through libxkbcommon, which every desktop has; without it their characters are typed in another way.
 */
export function characterOf(symbol: number): number | undefined {
  if (symbol === keysym.return) return LINE_FEED;
  if (symbol === keysym.tab) return TAB;
  // The number pad's characters depend on Num Lock.
  if (symbol >= keysym.keypadFirst && symbol <= keysym.keypadLast) return undefined;
  const codePoint = isLatin1(symbol)
    ? symbol
    : symbol > UNICODE_BASE
      ? symbol - UNICODE_BASE
      : throughXkbcommon(symbol);
  return codePoint !== undefined && isPrintable(codePoint) ? codePoint : undefined;
}

/**
 * Text as the code points to type: every kind of line break is one line feed, control characters other than that and the tab are left
 * out, as are halves of surrogate pairs.
 */
export function typeableCodePoints(text: string): number[] {
  const codePoints: number[] = [];
  for (const character of text.replace(/\r\n?/g, "\n")) {
    const codePoint = character.codePointAt(0) ?? 0;
    const isSurrogate = codePoint >= 0xd800 && codePoint <= 0xdfff;
    if (isSurrogate) continue;
    if (isPrintable(codePoint) || codePoint === LINE_FEED || codePoint === TAB) codePoints.push(codePoint);
  }
  return codePoints;
}

function isPrintable(codePoint: number): boolean {
  return (codePoint >= 0x20 && codePoint < 0x7f) || codePoint > 0x9f;
}

function isLatin1(symbol: number): boolean {
  return symbol >= 0x20 && symbol <= LATIN1_LAST;
}

let xkbcommon: { toUtf32: (symbol: number) => number } | null | undefined;

function throughXkbcommon(symbol: number): number | undefined {
  if (symbol === 0) return undefined;
  if (xkbcommon === undefined) xkbcommon = loadXkbcommon();
  const codePoint = xkbcommon?.toUtf32(symbol) ?? 0;
  return codePoint === 0 ? undefined : codePoint;
}

function loadXkbcommon(): typeof xkbcommon {
  try {
    const lib: LibraryHandle = loadLibrary("libxkbcommon.so.0");
    return { toUtf32: lib.func("uint xkb_keysym_to_utf32(uint symbol)") };
  } catch {
    return null;
  }
}
