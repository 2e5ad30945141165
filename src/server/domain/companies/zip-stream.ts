import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { crc32, createDeflateRaw } from "node:zlib";

/**
 * A ZIP archive that is written while it is sent: nothing of it is held in memory but the list of its files. After PKWARE's
 * APPNOTE 6.3.10: sizes follow each file in a data descriptor (4.3.9), and archives of more than 4 GiB get the Zip64 fields for the
 * places of their files (4.3.14 to 4.5.3). One file must stay below 4 GiB by itself.
 */

export interface ZipEntry {
  readonly name: string;
  readonly content: AsyncIterable<string | Uint8Array>;
}

interface Written {
  readonly name: Buffer;
  readonly crc: number;
  readonly compressedBytes: number;
  readonly bytes: number;
  readonly offset: number;
}

const MAX_UINT32 = 0xffff_ffff;
const MAX_UINT16 = 0xffff;
/** Sizes come after the content (bit 3); names are UTF-8 (bit 11). */
const FLAGS = 0x0808;
const DEFLATE = 8;
const VERSION = 20;
const VERSION_ZIP64 = 45;
/** 1980-01-01, 00:00: the archive says in a file of its own when it was made. */
const DOS_DATE = 0x21;

/**
 * The archive's bytes.
 *
 * @param startOffset where the archive begins; anything but 0 is for tests of archives that are larger than a test can write
 * @throws RangeError when a file grows beyond 4 GiB
 */
export async function* zipStream(
  entries: AsyncIterable<ZipEntry>,
  startOffset = 0,
): AsyncGenerator<Uint8Array, void, undefined> {
  const written: Written[] = [];
  let offset = startOffset;
  for await (const { name, content } of entries) {
    const nameBytes = Buffer.from(name, "utf8");
    const start = offset;
    const header = localHeader(nameBytes);
    yield header;
    offset += header.length;

    const sizes = { crc: 0, bytes: 0 };
    let compressedBytes = 0;
    for await (const chunk of deflated(content, sizes)) {
      yield chunk;
      compressedBytes += chunk.length;
    }
    if (Math.max(sizes.bytes, compressedBytes) >= MAX_UINT32) {
      throw new RangeError(`${name} is too large for one file of a ZIP archive`);
    }
    const entry = { name: nameBytes, crc: sizes.crc, compressedBytes, bytes: sizes.bytes, offset: start };
    const descriptor = dataDescriptor(entry);
    yield descriptor;
    offset += compressedBytes + descriptor.length;
    written.push(entry);
  }
  const directory = Buffer.concat(written.map(directoryHeader));
  yield directory;
  yield endOfDirectory(written.length, directory.length, offset);
}

/** One piece ahead of the reader and no more: a slow download must not fill the memory. */
async function* deflated(
  content: AsyncIterable<string | Uint8Array>,
  sizes: { crc: number; bytes: number },
): AsyncGenerator<Buffer, void, undefined> {
  const deflate = createDeflateRaw();
  const fed = pipeline(Readable.from(counted(content, sizes), { highWaterMark: 1 }), deflate);
  // Awaited below, unless the reader sees the error or leaves first.
  fed.catch(() => undefined);
  for await (const chunk of deflate) yield Buffer.from(chunk);
  await fed;
}

async function* counted(
  content: AsyncIterable<string | Uint8Array>,
  sizes: { crc: number; bytes: number },
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const piece of content) {
    const bytes = typeof piece === "string" ? Buffer.from(piece, "utf8") : piece;
    sizes.crc = crc32(bytes, sizes.crc);
    sizes.bytes += bytes.length;
    yield bytes;
  }
}

function localHeader(name: Buffer): Buffer {
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x0403_4b50, 0);
  header.writeUInt16LE(VERSION, 4);
  header.writeUInt16LE(FLAGS, 6);
  header.writeUInt16LE(DEFLATE, 8);
  header.writeUInt16LE(DOS_DATE, 12);
  header.writeUInt16LE(name.length, 26);
  return Buffer.concat([header, name]);
}

function dataDescriptor({ crc, compressedBytes, bytes }: Written): Buffer {
  const descriptor = Buffer.alloc(16);
  descriptor.writeUInt32LE(0x0807_4b50, 0);
  descriptor.writeUInt32LE(crc, 4);
  descriptor.writeUInt32LE(compressedBytes, 8);
  descriptor.writeUInt32LE(bytes, 12);
  return descriptor;
}

function directoryHeader({ name, crc, compressedBytes, bytes, offset }: Written): Buffer {
  const far = offset >= MAX_UINT32;
  const header = Buffer.alloc(46);
  header.writeUInt32LE(0x0201_4b50, 0);
  header.writeUInt16LE(far ? VERSION_ZIP64 : VERSION, 4);
  header.writeUInt16LE(far ? VERSION_ZIP64 : VERSION, 6);
  header.writeUInt16LE(FLAGS, 8);
  header.writeUInt16LE(DEFLATE, 10);
  header.writeUInt16LE(DOS_DATE, 14);
  header.writeUInt32LE(crc, 16);
  header.writeUInt32LE(compressedBytes, 20);
  header.writeUInt32LE(bytes, 24);
  header.writeUInt16LE(name.length, 28);
  header.writeUInt16LE(far ? 12 : 0, 30);
  header.writeUInt32LE(far ? MAX_UINT32 : offset, 42);
  if (!far) return Buffer.concat([header, name]);
  const extra = Buffer.alloc(12);
  extra.writeUInt16LE(0x0001, 0);
  extra.writeUInt16LE(8, 2);
  extra.writeBigUInt64LE(BigInt(offset), 4);
  return Buffer.concat([header, name, extra]);
}

function endOfDirectory(count: number, size: number, offset: number): Buffer {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x0605_4b50, 0);
  end.writeUInt16LE(Math.min(count, MAX_UINT16), 8);
  end.writeUInt16LE(Math.min(count, MAX_UINT16), 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(Math.min(offset, MAX_UINT32), 16);
  if (offset < MAX_UINT32) return end;
  const zip64 = Buffer.alloc(56 + 20);
  zip64.writeUInt32LE(0x0606_4b50, 0);
  zip64.writeBigUInt64LE(44n, 4);
  zip64.writeUInt16LE(VERSION_ZIP64, 12);
  zip64.writeUInt16LE(VERSION_ZIP64, 14);
  zip64.writeBigUInt64LE(BigInt(count), 24);
  zip64.writeBigUInt64LE(BigInt(count), 32);
  zip64.writeBigUInt64LE(BigInt(size), 40);
  zip64.writeBigUInt64LE(BigInt(offset), 48);
  zip64.writeUInt32LE(0x0706_4b50, 56);
  zip64.writeBigUInt64LE(BigInt(offset + size), 64);
  zip64.writeUInt32LE(1, 72);
  return Buffer.concat([zip64, end]);
}
