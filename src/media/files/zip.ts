/**
 * The parts of a ZIP archive (PKWARE's APPNOTE 6.3.10) whose files are stored as they are: what a browser that can only download gets
 * instead of a folder. Sizes beyond 4 GB are written as Zip64 (4.5.3).
 */

export interface ZipEntry {
  /** With slashes between folders, and one at the end of a folder that is an entry of its own. */
  readonly path: string;
  readonly size: number;
  /** Where its local header begins. */
  readonly at: number;
  readonly crc32: number;
}

const UTF8_NAMES = 0x0800;
const MAX_U32 = 0xffff_ffff;
const MAX_U16 = 0xffff;
const ZIP64_VERSION = 45;
const PLAIN_VERSION = 20;
/** As MS-DOS has it (4.4.15). */
const FOLDER_ATTRIBUTE = 0x10;
const ZIP64_EXTRA_ID = 1;

/** What goes before a file's bytes; its length does not depend on the checksum, which is known only after them. */
export function localHeader(
  { path, size, crc32 }: Pick<ZipEntry, "path" | "size" | "crc32">,
  now: Date,
): Uint8Array<ArrayBuffer> {
  const name = new TextEncoder().encode(path);
  const isLarge = size >= MAX_U32;
  const extra = isLarge ? zip64Extra([size, size]) : new Uint8Array();
  return concatenated(
    fields([
      [4, 0x04034b50],
      [2, isLarge ? ZIP64_VERSION : PLAIN_VERSION],
      [2, UTF8_NAMES],
      [2, 0],
      [4, dosTime(now)],
      [4, crc32],
      [4, isLarge ? MAX_U32 : size],
      [4, isLarge ? MAX_U32 : size],
      [2, name.length],
      [2, extra.length],
    ]),
    name,
    extra,
  );
}

/** What goes after all files. @param at where it begins */
export function centralDirectory(
  entries: readonly ZipEntry[],
  at: number,
  now: Date,
): Uint8Array<ArrayBuffer> {
  const headers = entries.map((entry) => centralHeader(entry, now));
  const length = headers.reduce((sum, header) => sum + header.length, 0);
  const isLarge = at >= MAX_U32 || length >= MAX_U32 || entries.length >= MAX_U16;
  const zip64 = fields([
    [4, 0x06064b50],
    [8, 44],
    [2, ZIP64_VERSION],
    [2, ZIP64_VERSION],
    [4, 0],
    [4, 0],
    [8, entries.length],
    [8, entries.length],
    [8, length],
    [8, at],
    [4, 0x07064b50],
    [4, 0],
    [8, at + length],
    [4, 1],
  ]);
  const count = isLarge ? MAX_U16 : entries.length;
  const end = fields([
    [4, 0x06054b50],
    [2, 0],
    [2, 0],
    [2, count],
    [2, count],
    [4, isLarge ? MAX_U32 : length],
    [4, isLarge ? MAX_U32 : at],
    [2, 0],
  ]);
  return concatenated(...headers, ...(isLarge ? [zip64] : []), end);
}

function centralHeader({ path, size, at, crc32 }: ZipEntry, now: Date): Uint8Array<ArrayBuffer> {
  const name = new TextEncoder().encode(path);
  const isLarge = size >= MAX_U32;
  const isFar = at >= MAX_U32;
  const extra =
    isLarge || isFar
      ? zip64Extra([...(isLarge ? [size, size] : []), ...(isFar ? [at] : [])])
      : new Uint8Array();
  const version = isLarge || isFar ? ZIP64_VERSION : PLAIN_VERSION;
  return concatenated(
    fields([
      [4, 0x02014b50],
      [2, version],
      [2, version],
      [2, UTF8_NAMES],
      [2, 0],
      [4, dosTime(now)],
      [4, crc32],
      [4, isLarge ? MAX_U32 : size],
      [4, isLarge ? MAX_U32 : size],
      [2, name.length],
      [2, extra.length],
      [2, 0],
      [2, 0],
      [2, 0],
      [4, path.endsWith("/") ? FOLDER_ATTRIBUTE : 0],
      [4, isFar ? MAX_U32 : at],
    ]),
    name,
    extra,
  );
}

function zip64Extra(values: readonly number[]): Uint8Array<ArrayBuffer> {
  return fields([
    [2, ZIP64_EXTRA_ID],
    [2, values.length * 8],
    ...values.map((value): [8, number] => [8, value]),
  ]);
}

/** Two seconds are the finest that the format knows, and 1980 is its first year. */
function dosTime(now: Date): number {
  const time = (now.getHours() << 11) | (now.getMinutes() << 5) | (now.getSeconds() >> 1);
  const day = (Math.max(0, now.getFullYear() - 1980) << 9) | ((now.getMonth() + 1) << 5) | now.getDate();
  return ((day << 16) | time) >>> 0;
}

/** Little-endian numbers of so many bytes. */
function fields(values: readonly (readonly [2 | 4 | 8, number])[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(values.reduce((length, [size]) => length + size, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [size, value] of values) {
    if (size === 2) view.setUint16(at, value, true);
    else if (size === 4) view.setUint32(at, value, true);
    else view.setBigUint64(at, BigInt(value), true);
    at += size;
  }
  return bytes;
}

function concatenated(...pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc >>> 0;
});

/** CRC-32 as ZIP has it, step by step. @param before of the bytes before these; 0 at the beginning */
export function crc32(bytes: Uint8Array, before = 0): number {
  let crc = ~before;
  for (const byte of bytes) crc = (crc >>> 8) ^ (CRC_TABLE[(crc ^ byte) & 0xff] ?? 0);
  return ~crc >>> 0;
}
