// An archive of the application's folder as Archive Utility takes it: with the executable bit, uncompressed (what travels is compressed as a
// whole, and better). PKWARE APPNOTE 6.3.10; small enough to need no ZIP64.
import { readdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import { crc32 } from "node:zlib";

const LOCAL_HEADER = 0x04034b50;
const CENTRAL_HEADER = 0x02014b50;
const END_RECORD = 0x06054b50;
const VERSION_NEEDED = 20;
/** 3 is Unix: the upper half of the external attributes is the file's mode. */
const MADE_BY_UNIX = (3 << 8) | VERSION_NEEDED;
const UTF8_NAMES = 0x0800;
/** 1 January 1980, so that the same input makes the same archive. */
const DOS_DATE = 0x21;
const REGULAR_FILE = 0o100_000;

/** @returns the folder and everything in it, in the order of the names */
export async function zipFolder(folder: string): Promise<Buffer> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const file of files) {
    const content = await readFile(file);
    const { mode } = await stat(file);
    const name = Buffer.from(path.relative(path.dirname(folder), file).split(path.sep).join("/"));
    const shared = sharedHeader(content, name);
    const local = Buffer.concat([word32(LOCAL_HEADER), shared, name]);
    const central = Buffer.alloc(14);
    central.writeUInt32LE(((REGULAR_FILE | (mode & 0o777)) << 16) >>> 0, 6);
    central.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([word32(CENTRAL_HEADER), word16(MADE_BY_UNIX), shared, central, name]));
    parts.push(local, content);
    offset += local.length + content.length;
  }
  const list = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(END_RECORD, 0);
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, list, end]);
}

/** From "version needed" to the lengths, which both headers have in common. */
function sharedHeader(content: Buffer, name: Buffer): Buffer {
  const header = Buffer.alloc(26);
  header.writeUInt16LE(VERSION_NEEDED, 0);
  header.writeUInt16LE(UTF8_NAMES, 2);
  header.writeUInt16LE(DOS_DATE, 8);
  header.writeUInt32LE(crc32(content), 10);
  header.writeUInt32LE(content.length, 14);
  header.writeUInt32LE(content.length, 18);
  header.writeUInt16LE(name.length, 22);
  return header;
}

function word16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function word32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
