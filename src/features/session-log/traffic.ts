const BYTES_PER_MEGABYTE = 1_000_000;
const SMALLEST_SHOWN_MEGABYTES = 0.1;

/**
 * Traffic in megabytes (10⁶ bytes) with one decimal, without a unit. Something that would round to nothing is shown
 * as the smallest step, so that a session with traffic never looks like one without.
 */
export function formatMegabytes(bytes: number, locale: string): string {
  const megabytes = bytes / BYTES_PER_MEGABYTE;
  const shown = bytes > 0 ? Math.max(megabytes, SMALLEST_SHOWN_MEGABYTES) : 0;
  return new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(shown);
}
