import { parse } from "csv-parse/sync";
import { z } from "zod";
import { AppError } from "@/lib/app-error";
import {
  type AccountLocale,
  CSV_MAX_BYTES,
  CSV_MAX_ROWS,
  type ImportProblem,
  type ImportRow,
  operatorCodeSchema,
  operatorEmailSchema,
  operatorNameSchema,
} from "@/protocol/operator-accounts";
import { type CsvColumn, columnOf, localeOf, requiredColumns, roleOf } from "./csv-columns";
import { decodeCsv } from "./decode-csv";

const DELIMITERS = [",", "\t", ";"] as const;
/** One account's line is far shorter; a quote that is never closed must not swallow the file. */
const MAX_LINE_LENGTH = 10_000;
/** The quote that our own export puts before what a spreadsheet would run as a formula. */
const GUARDED = /^'(?=[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20])/;

const recordsSchema = z.array(z.object({ record: z.array(z.string()), info: z.object({ lines: z.int() }) }));

/**
 * Reads a file of accounts, row by row, each with what is wrong with it as far as the file alone can tell.
 *
 * @param file the file's bytes, in any encoding that {@link decodeCsv} knows
 * @param defaultLocale the language of rows that name none
 * @throws AppError CSV_INVALID when it is no CSV file, lacks a column, has no rows or too many, or is too large
 */
export function readOperatorCsv(file: Uint8Array, defaultLocale: AccountLocale): ImportRow[] {
  if (file.byteLength > CSV_MAX_BYTES) throw new AppError("CSV_INVALID");
  const [heading, ...records] = parseRecords(decodeCsv(file));
  if (!heading || records.length === 0 || records.length > CSV_MAX_ROWS) throw new AppError("CSV_INVALID");
  const places = findColumns(heading.cells);
  const codes = new Set<string>();
  return records.map(({ cells, line }) => {
    const cell = (column: CsvColumn) => {
      const place = places.get(column);
      return place === undefined ? "" : (cells[place] ?? "").replace(GUARDED, "").trim();
    };
    const row = readRow(cell, line, defaultLocale);
    if (row.code !== "" && codes.has(row.code)) row.problems.push("code_twice");
    codes.add(row.code);
    return row;
  });
}

function readRow(cell: (column: CsvColumn) => string, line: number, defaultLocale: AccountLocale): ImportRow {
  const problems: ImportProblem[] = [];
  const code = check(cell("code").normalize("NFKC").toLowerCase(), operatorCodeSchema, "code");
  const name = check(cell("name"), operatorNameSchema, "name");
  const email = check(cell("email").normalize("NFKC"), operatorEmailSchema, "email");
  const role = cell("role") === "" ? "operator" : roleOf(cell("role"));
  const locale = cell("locale") === "" ? defaultLocale : localeOf(cell("locale"));
  if (role === null) problems.push("role_unknown");
  if (locale === null) problems.push("language_unknown");
  return { line, code, name, email, role, locale, problems };

  function check(text: string, schema: z.ZodType<string, string>, field: "code" | "name" | "email"): string {
    if (text === "") problems.push(`${field}_missing`);
    else if (!schema.safeParse(text).success) problems.push(`${field}_malformed`);
    return text;
  }
}

interface CsvRecord {
  readonly cells: readonly string[];
  readonly line: number;
}

function parseRecords(text: string): CsvRecord[] {
  try {
    const records = recordsSchema.parse(
      parse(text, {
        delimiter: delimiterOf(text),
        info: true,
        relax_column_count: true,
        skip_empty_lines: true,
        skip_records_with_empty_values: true,
        max_record_size: MAX_LINE_LENGTH,
        // One more than allowed shows that there are too many.
        to: CSV_MAX_ROWS + 2,
      }),
    );
    return records.map(({ record, info }) => ({
      cells: record,
      // The parser counts the line where a row ends; quoted cells may hold line ends of their own.
      line: info.lines - record.join("").split("\n").length + 1,
    }));
  } catch (cause) {
    throw new AppError("CSV_INVALID", { cause });
  }
}

/** Excel writes semicolons in some countries and tabs in its Unicode text: whichever the heading has most of. */
function delimiterOf(text: string): string {
  const heading = text.slice(0, MAX_LINE_LENGTH).split(/\r?\n|\r/, 1)[0] ?? "";
  const counted = DELIMITERS.map((delimiter) => ({ delimiter, times: heading.split(delimiter).length }));
  return counted.reduce((best, next) => (next.times > best.times ? next : best)).delimiter;
}

function findColumns(headings: readonly string[]): Map<CsvColumn, number> {
  const places = new Map<CsvColumn, number>();
  for (const [place, heading] of headings.entries()) {
    const column = columnOf(heading.replace(GUARDED, ""));
    if (column !== null && !places.has(column)) places.set(column, place);
  }
  if (requiredColumns.some((column) => !places.has(column))) throw new AppError("CSV_INVALID");
  return places;
}
