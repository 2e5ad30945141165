// Apple Silicon starts no program without a signature. This makes the kind that names nobody ("ad hoc", as `codesign --sign -`): hashes of every page
// and of the bundle's other files. Format: <kern/cs_blobs.h> of Apple's open source (XNU). A real one replaces it on a Mac, see ops/client-tool.
import { createHash } from "node:crypto";
import {
  firstSectionOffset,
  HEADER_BYTES,
  LC_CODE_SIGNATURE,
  loadCommands,
  resizeSegment,
  segment,
} from "./mach-o";

export const BUNDLE_IDENTIFIER = "madoguchi.client-tool";

const MAGIC_SUPER_BLOB = 0xfade0cc0;
const MAGIC_CODE_DIRECTORY = 0xfade0c02;
const MAGIC_REQUIREMENTS = 0xfade0c01;
const MAGIC_CMS_WRAPPER = 0xfade0b01;
const SLOT_CODE_DIRECTORY = 0;
const SLOT_REQUIREMENTS = 2;
const SLOT_CMS = 0x10000;
/** The one with the executable segment's bounds, which Apple Silicon asks for. */
const CODE_DIRECTORY_VERSION = 0x20400;
const CODE_DIRECTORY_BYTES = 88;
const FLAG_AD_HOC = 0x2;
const HASH_SHA256 = 2;
const HASH_BYTES = 32;
const PAGE_SHIFT = 12;
const PAGE_BYTES = 1 << PAGE_SHIFT;
const EXEC_SEGMENT_MAIN_BINARY = 1n;
const COMMAND_BYTES = 16;
const SIGNATURE_ALIGNMENT = 16;

/** What of a bundle is sealed beside the program itself. */
export type SealedFiles = { infoPlist: Buffer; codeResources: Buffer };

/** A copy without the signature that is on it, which would not fit what is put in. */
export function withoutSignature(program: Buffer): Buffer {
  const commands = loadCommands(program);
  const signature = commands.at(-1);
  if (signature?.command !== LC_CODE_SIGNATURE)
    throw new Error("The signature is not the last load command.");
  const start = program.readUInt32LE(signature.offset + 8);
  if (start + program.readUInt32LE(signature.offset + 12) !== program.length) {
    throw new Error("The signature is not the end of the file.");
  }
  const bare = Buffer.from(program.subarray(0, start));
  bare.fill(0, signature.offset, signature.offset + signature.sizeBytes);
  bare.writeUInt32LE(commands.length - 1, 16);
  bare.writeUInt32LE(bare.readUInt32LE(20) - signature.sizeBytes, 20);
  const linkedit = segment(bare, "__LINKEDIT");
  resizeSegment(bare, linkedit, start - linkedit.fileOffset);
  return bare;
}

/**
 * @param bare a program without a signature
 * @throws Error when there is no room for the load command
 */
export function signAdHoc(bare: Buffer, sealed?: SealedFiles): Buffer {
  const codeLimit = Math.ceil(bare.length / SIGNATURE_ALIGNMENT) * SIGNATURE_ALIGNMENT;
  const special = specialHashes(sealed);
  const pages = Math.ceil(codeLimit / PAGE_BYTES);
  const signatureBytes = superBlob(codeDirectory(Buffer.alloc(codeLimit), pages, special, 0)).length;

  const program = Buffer.concat([bare, Buffer.alloc(codeLimit - bare.length + signatureBytes)]);
  const commandsEnd = HEADER_BYTES + program.readUInt32LE(20);
  if (commandsEnd + COMMAND_BYTES > firstSectionOffset(program))
    throw new Error("There is no room for a signature.");
  program.writeUInt32LE(LC_CODE_SIGNATURE, commandsEnd);
  program.writeUInt32LE(COMMAND_BYTES, commandsEnd + 4);
  program.writeUInt32LE(codeLimit, commandsEnd + 8);
  program.writeUInt32LE(signatureBytes, commandsEnd + 12);
  program.writeUInt32LE(program.readUInt32LE(16) + 1, 16);
  program.writeUInt32LE(program.readUInt32LE(20) + COMMAND_BYTES, 20);
  const linkedit = segment(program, "__LINKEDIT");
  resizeSegment(program, linkedit, program.length - linkedit.fileOffset);

  // The first page holds the load commands, so hashing comes last.
  const textBytes = segment(program, "__TEXT").fileBytes;
  superBlob(codeDirectory(program.subarray(0, codeLimit), pages, special, textBytes)).copy(
    program,
    codeLimit,
  );
  return program;
}

/** By slot, from 1: Info.plist, requirements, CodeResources. */
function specialHashes(sealed: SealedFiles | undefined): Buffer[] {
  const requirements = sha256(emptyRequirements());
  if (!sealed) return [Buffer.alloc(HASH_BYTES), requirements];
  return [sha256(sealed.infoPlist), requirements, sha256(sealed.codeResources)];
}

function codeDirectory(code: Buffer, pages: number, special: Buffer[], textBytes: number): Buffer {
  const identifier = Buffer.from(`${BUNDLE_IDENTIFIER}\0`, "latin1");
  const hashOffset = CODE_DIRECTORY_BYTES + identifier.length + special.length * HASH_BYTES;
  const directory = Buffer.alloc(hashOffset + pages * HASH_BYTES);
  directory.writeUInt32BE(MAGIC_CODE_DIRECTORY, 0);
  directory.writeUInt32BE(directory.length, 4);
  directory.writeUInt32BE(CODE_DIRECTORY_VERSION, 8);
  directory.writeUInt32BE(FLAG_AD_HOC, 12);
  directory.writeUInt32BE(hashOffset, 16);
  directory.writeUInt32BE(CODE_DIRECTORY_BYTES, 20);
  directory.writeUInt32BE(special.length, 24);
  directory.writeUInt32BE(pages, 28);
  directory.writeUInt32BE(code.length, 32);
  directory.writeUInt8(HASH_BYTES, 36);
  directory.writeUInt8(HASH_SHA256, 37);
  directory.writeUInt8(PAGE_SHIFT, 39);
  directory.writeBigUInt64BE(0n, 64);
  directory.writeBigUInt64BE(BigInt(textBytes), 72);
  directory.writeBigUInt64BE(EXEC_SEGMENT_MAIN_BINARY, 80);
  identifier.copy(directory, CODE_DIRECTORY_BYTES);
  // Special slots count down from the first page's.
  for (const [index, hash] of special.entries()) hash.copy(directory, hashOffset - (index + 1) * HASH_BYTES);
  for (let page = 0; page < pages; page++) {
    const start = page * PAGE_BYTES;
    sha256(code.subarray(start, Math.min(start + PAGE_BYTES, code.length))).copy(
      directory,
      hashOffset + page * HASH_BYTES,
    );
  }
  return directory;
}

function superBlob(directory: Buffer): Buffer {
  const blobs: [slot: number, blob: Buffer][] = [
    [SLOT_CODE_DIRECTORY, directory],
    [SLOT_REQUIREMENTS, emptyRequirements()],
    [SLOT_CMS, wrapper(MAGIC_CMS_WRAPPER, Buffer.alloc(0))],
  ];
  const index = Buffer.alloc(4 + blobs.length * 8);
  index.writeUInt32BE(blobs.length, 0);
  let offset = 8 + index.length;
  for (const [position, [slot, blob]] of blobs.entries()) {
    index.writeUInt32BE(slot, 4 + position * 8);
    index.writeUInt32BE(offset, 8 + position * 8);
    offset += blob.length;
  }
  return wrapper(MAGIC_SUPER_BLOB, Buffer.concat([index, ...blobs.map(([, blob]) => blob)]));
}

function emptyRequirements(): Buffer {
  return wrapper(MAGIC_REQUIREMENTS, Buffer.alloc(4));
}

function wrapper(magic: number, content: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(magic, 0);
  head.writeUInt32BE(head.length + content.length, 4);
  return Buffer.concat([head, content]);
}

function sha256(content: Buffer): Buffer {
  return createHash("sha256").update(content).digest();
}
