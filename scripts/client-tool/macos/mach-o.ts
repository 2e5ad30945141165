// The little of a Mach-O file (64 bits, little endian) that its signature needs: <mach-o/loader.h> of Apple's open source.

export const LC_SEGMENT_64 = 0x19;
export const LC_CODE_SIGNATURE = 0x1d;
const MAGIC_64 = 0xfeedfacf;
export const HEADER_BYTES = 32;

export type LoadCommand = { command: number; offset: number; sizeBytes: number };
export type Segment = {
  name: string;
  /** Of its load command. */
  offset: number;
  fileOffset: number;
  fileBytes: number;
};

/** @throws Error when it is none */
export function loadCommands(file: Buffer): LoadCommand[] {
  if (file.length < HEADER_BYTES || file.readUInt32LE(0) !== MAGIC_64)
    throw new Error("This is no 64-bit Mach-O file.");
  const found: LoadCommand[] = [];
  let offset = HEADER_BYTES;
  for (let index = 0; index < file.readUInt32LE(16); index++) {
    const sizeBytes = file.readUInt32LE(offset + 4);
    found.push({ command: file.readUInt32LE(offset), offset, sizeBytes });
    offset += sizeBytes;
  }
  return found;
}

/** @throws Error when it has none of that name */
export function segment(file: Buffer, name: string): Segment {
  for (const { command, offset } of loadCommands(file)) {
    if (command !== LC_SEGMENT_64) continue;
    if (file.toString("latin1", offset + 8, offset + 24).replace(/\0+$/, "") !== name) continue;
    return {
      name,
      offset,
      fileOffset: Number(file.readBigUInt64LE(offset + 40)),
      fileBytes: Number(file.readBigUInt64LE(offset + 48)),
    };
  }
  throw new Error(`The Mach-O file has no segment ${name}.`);
}

/** Sets how much of the file the last segment, `__LINKEDIT`, takes; in memory it takes whole pages of 16 kB. */
export function resizeSegment(file: Buffer, { offset }: Segment, fileBytes: number): void {
  const PAGE_BYTES = 16_384;
  file.writeBigUInt64LE(BigInt(Math.ceil(fileBytes / PAGE_BYTES) * PAGE_BYTES), offset + 32);
  file.writeBigUInt64LE(BigInt(fileBytes), offset + 48);
}

/** Where the first section's bytes begin: up to there load commands may be added. */
export function firstSectionOffset(file: Buffer): number {
  const SECTION_BYTES = 80;
  const offsets: number[] = [];
  for (const { command, offset } of loadCommands(file)) {
    if (command !== LC_SEGMENT_64) continue;
    for (let index = 0; index < file.readUInt32LE(offset + 64); index++) {
      const start = file.readUInt32LE(offset + 72 + index * SECTION_BYTES + 48);
      if (start > 0) offsets.push(start);
    }
  }
  return Math.min(...offsets);
}
