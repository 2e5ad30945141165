/**
 * How a frame says which one it is: squares along the top of the picture, black for 0 and white for 1, that survive any codec.
 * So a decoded frame can be compared with exactly the picture that it was made of.
 */
export const MARK = { bits: 12, size: 16 } as const;

/** Numbers go round after this many. */
export const FRAME_NUMBERS = 2 ** MARK.bits;

/** @param isWhite whether the square of a bit, the highest first, is white */
export function frameNumber(isWhite: (bit: number) => boolean): number {
  let number = 0;
  for (let bit = 0; bit < MARK.bits; bit += 1) number = number * 2 + (isWhite(bit) ? 1 : 0);
  return number;
}
