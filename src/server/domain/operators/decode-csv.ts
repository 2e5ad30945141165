import { AppError } from "@/lib/app-error";

/** The marks at the head of a file that tell its encoding. */
const UTF16_LE = [0xff, 0xfe];
const UTF16_BE = [0xfe, 0xff];

/**
 * The text of a file, whatever a spreadsheet in Japan or elsewhere made of it: UTF-8 with or without its mark, UTF-16 with
 * one (Excel's "Unicode text"), or Shift_JIS (Excel's plain "CSV" on a Japanese Windows). Japanese in Shift_JIS is never
 * valid UTF-8, so the strict reading decides.
 *
 * @throws AppError CSV_INVALID when it is none of them
 */
export function decodeCsv(bytes: Uint8Array): string {
  if (startsWith(bytes, UTF16_LE)) return decode(bytes, "utf-16le") ?? refuse();
  if (startsWith(bytes, UTF16_BE)) return decode(bytes, "utf-16be") ?? refuse();
  return decode(bytes, "utf-8") ?? decode(bytes, "shift_jis") ?? refuse();
}

/** The decoder drops a leading mark by itself. */
function decode(bytes: Uint8Array, encoding: string): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

function startsWith(bytes: Uint8Array, mark: readonly number[]): boolean {
  return mark.every((byte, index) => bytes[index] === byte);
}

function refuse(): never {
  throw new AppError("CSV_INVALID");
}
