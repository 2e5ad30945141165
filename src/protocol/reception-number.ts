import { z } from "zod";

/** Six digits, never starting with 0, so that nobody drops a leading zero on the phone: 900,000 numbers, about 20 bits. */
export const RECEPTION_NUMBER_PATTERN = /^[1-9][0-9]{5}$/;
export const RECEPTION_NUMBER_MIN = 100_000;
export const RECEPTION_NUMBER_MAX = 999_999;
/** Default life of a number; a company may set 1 to 60 minutes. */
export const RECEPTION_TTL_DEFAULT_MINUTES = 10;

/** A number in its one canonical form: `"482915"`. */
export const receptionNumberSchema = z.string().regex(RECEPTION_NUMBER_PATTERN);

/**
 * What people type, made canonical: full-width digits, spaces of every width, hyphens, dashes and the Japanese
 * long-vowel mark (typed for a hyphen with a Japanese keyboard) are understood. Returns null when the rest is not a number.
 */
export function parseReceptionNumber(typed: string): string | null {
  const digits = typed.normalize("NFKC").replace(/[\s\u200b\-\u2010-\u2015\u2212\u30fc\uff70]/gu, "");
  return RECEPTION_NUMBER_PATTERN.test(digits) ? digits : null;
}

/** `"482915"` → `"482 915"`, as it is read out. */
export function formatReceptionNumber(digits: string): string {
  return `${digits.slice(0, 3)} ${digits.slice(3)}`;
}
