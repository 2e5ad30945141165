/** X's codes of the keys of both keyboards, with what is written on them: without Shift, then with it. */
type Row = readonly [first: number, plain: string, shifted: string];

const sharedRows: readonly Row[] = [
  [52, "zxcvbnm,./", "ZXCVBNM<>?"],
  [65, " ", " "],
];
const rows: Record<"us" | "jis", readonly Row[]> = {
  us: [
    ...sharedRows,
    [10, "1234567890-=", "!@#$%^&*()_+"],
    [24, "qwertyuiop[]", "QWERTYUIOP{}"],
    [38, "asdfghjkl;'`", 'ASDFGHJKL:"~'],
    [51, "\\", "|"],
  ],
  // ISO/JIS X 6002 with the keys ¥, ろ and む, which `KeyboardEvent.code` calls IntlYen, IntlRo and Backslash.
  jis: [
    ...sharedRows,
    [10, "123456789", "!\"#$%&'()"],
    [19, "0-^", "\0=~"],
    [132, "¥", "|"],
    [24, "qwertyuiop@[", "QWERTYUIOP`{"],
    [38, "asdfghjkl;:", "ASDFGHJKL+*"],
    [51, "]", "}"],
    [97, "\\", "_"],
  ],
};
const SHIFT = "50";
const ENTER = "36";

/**
 * What xdotool has to do for a person to write this on a keyboard of that country, keys by their places. A line's end is Enter.
 *
 * @throws Error for what that keyboard cannot write
 */
export function strokes(keyboard: keyof typeof rows, text: string): string[] {
  return [...text].flatMap((character) => {
    if (character === "\n") return ["key", ENTER];
    for (const [first, plain, shifted] of rows[keyboard]) {
      const [at, shiftedAt] = [plain.indexOf(character), shifted.indexOf(character)];
      if (at >= 0) return ["key", String(first + at)];
      if (shiftedAt >= 0) return ["keydown", SHIFT, "key", String(first + shiftedAt), "keyup", SHIFT];
    }
    throw new Error(`No key for ${JSON.stringify(character)}.`);
  });
}
