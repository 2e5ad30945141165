const NUMBER_LENGTH = 6;
const LINK_PATTERN = /\/r\/(\d{6})(?!\d)/;

/**
 * The digits in what was typed or pasted, at most six: full-width digits, spaces, hyphens, words around them, and a whole
 * link (`…/r/482915`) are understood.
 */
export function digitsOf(typed: string): string {
  const plain = typed.normalize("NFKC");
  return (LINK_PATTERN.exec(plain)?.[1] ?? plain.replace(/\D/g, "")).slice(0, NUMBER_LENGTH);
}

/** Digits as the field shows them, in two groups of three: `4829` → `482 9`. */
export function groupDigits(digits: string): string {
  return digits.length > 3 ? `${digits.slice(0, 3)} ${digits.slice(3)}` : digits;
}

/**
 * Where the caret stands in the grouped text so that it has the same digits before it as in the text that was typed.
 *
 * @param typed the field's text before it was grouped
 * @param caret the caret in that text, in UTF-16 code units
 */
export function caretAfterGrouping(typed: string, caret: number): number {
  return groupDigits(digitsOf(typed.slice(0, caret))).length;
}
