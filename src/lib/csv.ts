/**
 * CSV as RFC 4180 has it, made safe to open in a spreadsheet. One place for every export, so that no list forgets it.
 */

/** UTF-8's mark at the head of a file: without it Excel reads Japanese in the local code page. */
export const CSV_BOM = "\uFEFF";

/** Characters with which a cell begins that a spreadsheet takes for a formula (OWASP, CSV injection). */
const FORMULA_START = /^[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/;
const NEEDS_QUOTES = /[",\r\n]/;

/**
 * One line with its CRLF. Null is an empty field; a text that a spreadsheet would run as a formula gets a single quote in
 * front. Numbers stay numbers, negative ones too.
 */
export function csvRow(values: readonly (string | number | null)[]): string {
  return `${values.map(field).join(",")}\r\n`;
}

function field(value: string | number | null): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const safe = FORMULA_START.test(value) ? `'${value}` : value;
  return NEEDS_QUOTES.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
