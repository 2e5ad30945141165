/** The brightness of a rectangle of a picture, row by row, 0 to 255. */
export interface Luma {
  readonly width: number;
  readonly height: number;
  readonly values: Uint8Array;
}

const WINDOW = 8;
const STEP = 4;
/** The two constants of the paper for 8 bits: (0.01 × 255)² and (0.03 × 255)². */
const C1 = 6.5025;
const C2 = 58.5225;

/**
 * The structural similarity of two pictures, 1 for equal ones: Wang, Bovik, Sheikh, Simoncelli, "Image quality assessment: from
 * error visibility to structural similarity" (2004), equation 13, with plain windows of 8 × 8 every fourth pixel, as video tools
 * compute it, and the mean over all windows.
 *
 * @throws RangeError for pictures of different sizes
 */
export function ssim(a: Luma, b: Luma): number {
  if (a.width !== b.width || a.height !== b.height) throw new RangeError("The pictures differ in size.");
  let sum = 0;
  let windows = 0;
  for (let top = 0; top + WINDOW <= a.height; top += STEP) {
    for (let left = 0; left + WINDOW <= a.width; left += STEP) {
      sum += windowSimilarity(a, b, top * a.width + left);
      windows += 1;
    }
  }
  return sum / windows;
}

function windowSimilarity(a: Luma, b: Luma, start: number): number {
  let sumA = 0;
  let sumB = 0;
  let sumAA = 0;
  let sumBB = 0;
  let sumAB = 0;
  for (let row = 0; row < WINDOW; row += 1) {
    const from = start + row * a.width;
    for (let at = from; at < from + WINDOW; at += 1) {
      const x = a.values[at] ?? 0;
      const y = b.values[at] ?? 0;
      sumA += x;
      sumB += y;
      sumAA += x * x;
      sumBB += y * y;
      sumAB += x * y;
    }
  }
  const count = WINDOW * WINDOW;
  const meanA = sumA / count;
  const meanB = sumB / count;
  const varianceA = sumAA / count - meanA * meanA;
  const varianceB = sumBB / count - meanB * meanB;
  const covariance = sumAB / count - meanA * meanB;
  return (
    ((2 * meanA * meanB + C1) * (2 * covariance + C2)) /
    ((meanA * meanA + meanB * meanB + C1) * (varianceA + varianceB + C2))
  );
}
