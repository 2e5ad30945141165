import type { FileSink } from "./destination";
import { BLOCK_BYTES, hashOf } from "./digest";

/**
 * What a browser writes of a file is lost with the page until the file is complete, and only then does it take its place. So the
 * beginning of a large file is written a second time, into the browser's private storage (OPFS), in segments that are closed one
 * after another: those outlive the page. When the file is complete or given up they go.
 */

/** The beginning of a file, for the page after this one. */
export interface KeptPart {
  /** In the private storage. */
  readonly folder: string;
  /** Of the blocks (digest.ts) that are there, from the first one on. */
  readonly hashes: readonly Uint8Array[];
}

const FOLDER = "madoguchi-parts";
/** What comes again at most: a 32nd of the file, or so many bytes. What is not longer is not kept at all. */
const LEAST_SEGMENT_BYTES = 8 * BLOCK_BYTES;
const SEGMENTS = 32;
/** No transfer takes that long: a page has left it that never came back. */
const LEFT_AFTER_MS = 24 * 60 * 60 * 1_000;
/** The private storage is not filled to the last byte. */
const RESERVE_BYTES = 50_000_000;

/** The parts of one destination's files. Nothing here ever fails: what is not kept comes again. */
export class KeptParts {
  /** What a page before this one has kept. */
  readonly begun: KeptPart | null;
  readonly #parts = new Set<Part>();
  /** Where there was no room for a file there is none for a second one of its length. */
  #isOff = false;

  constructor(begun: KeptPart | null) {
    this.begun = begun;
  }

  /**
   * Has what goes to a sink kept as well, as far as it is worth it.
   *
   * @param begun what is in the sink already
   */
  async keep(sink: FileSink, size: number, begun: KeptPart | null): Promise<FileSink> {
    const part = begun ? Part.again(begun, size) : await this.#open(size);
    if (!part) return sink;
    this.#parts.add(part);
    const remove = async () => {
      this.#parts.delete(part);
      await part.remove();
    };
    return {
      get kept() {
        return part.kept;
      },
      write: async (bytes) => {
        // Not beside each other: the part is only worth its time where the file itself could be written.
        await sink.write(bytes).catch((error: unknown) => {
          this.#isOff = true;
          throw error;
        });
        await part.write(bytes);
      },
      close: async () => {
        await sink.close();
        await remove();
      },
      abort: async () => {
        await sink.abort();
        await remove();
      },
    };
  }

  /** Leaves nothing. Never fails. */
  async discard(): Promise<void> {
    for (const part of this.#parts) await part.remove();
    this.#parts.clear();
    if (this.begun) await removePart(this.begun.folder);
  }

  async #open(size: number): Promise<Part | null> {
    if (this.#isOff || size <= LEAST_SEGMENT_BYTES) return null;
    return await Part.open(size).catch(() => null);
  }
}

/** The segments that are there, unchanged, of a part. Never fails. @returns null for none */
export async function findPart({ folder, hashes }: KeptPart): Promise<KeptPart | null> {
  const found: Uint8Array[] = [];
  try {
    for await (const segment of segments(folder)) {
      const fresh = await hashesOf(segment);
      const known = hashes.slice(found.length, found.length + fresh.length);
      if (known.length < fresh.length || !fresh.every((hash, at) => isSame(hash, known[at]))) break;
      found.push(...fresh);
    }
  } catch {
    // What could be read until then counts.
  }
  return found.length > 0 ? { folder, hashes: found } : null;
}

/** The bytes of a part that was found. @throws DOMException when they cannot be read */
export async function* bytesOf({ folder, hashes }: KeptPart): AsyncGenerator<Blob, void, undefined> {
  let left = hashes.length * BLOCK_BYTES;
  for await (const segment of segments(folder)) {
    if (left <= 0) return;
    yield segment;
    left -= segment.size;
  }
  if (left > 0) throw new DOMException("A part is not there any more.", "NotFoundError");
}

/** Never fails. @param folder as {@link KeptPart} names it */
export async function removePart(folder: string): Promise<void> {
  try {
    await (await partsFolder()).removeEntry(folder, { recursive: true });
  } catch {
    // Gone already, or there is no such storage.
  }
}

/** Removes what pages have left that never came back. Never fails. */
export async function removeLeftParts(): Promise<void> {
  try {
    const root = await navigator.storage.getDirectory();
    const parts = await root.getDirectoryHandle(FOLDER);
    const old: string[] = [];
    for await (const name of parts.keys()) {
      if (Date.now() - Number.parseInt(name, 10) > LEFT_AFTER_MS) old.push(name);
    }
    for (const name of old) await removePart(name);
  } catch {
    // There is none, or no such storage.
  }
}

/** One file's part while it grows. */
class Part {
  readonly #folder: FileSystemDirectoryHandle | Promise<FileSystemDirectoryHandle>;
  readonly #name: string;
  readonly #segmentBytes: number;
  /** In segments that are closed. */
  #bytes: number;
  #segment: { readonly writable: FileSystemWritableFileStream; bytes: number } | null = null;
  #isOver = false;
  /** Whatever is done with its files, one after another. */
  #work: Promise<void> = Promise.resolve();

  private constructor(
    name: string,
    folder: FileSystemDirectoryHandle | Promise<FileSystemDirectoryHandle>,
    size: number,
    bytes: number,
  ) {
    this.#name = name;
    this.#folder = folder;
    this.#segmentBytes = Math.max(
      LEAST_SEGMENT_BYTES,
      Math.ceil(size / SEGMENTS / BLOCK_BYTES) * BLOCK_BYTES,
    );
    this.#bytes = bytes;
  }

  /** @returns null where there is no room @throws DOMException where there is no such storage */
  static async open(size: number): Promise<Part | null> {
    const { quota = 0, usage = 0 } = await navigator.storage.estimate();
    if (quota - usage - RESERVE_BYTES < size) return null;
    // By its beginning a page knows what an earlier one has left.
    const name = `${Date.now()}-${crypto.randomUUID()}`;
    return new Part(name, await (await partsFolder()).getDirectoryHandle(name, { create: true }), size, 0);
  }

  static again({ folder, hashes }: KeptPart, size: number): Part {
    const handle = partsFolder().then((parts) => parts.getDirectoryHandle(folder));
    handle.catch(() => {
      // Told by the next write, which gives the part up.
    });
    return new Part(folder, handle, size, hashes.length * BLOCK_BYTES);
  }

  get kept(): { folder: string; bytes: number } | null {
    return this.#isOver ? null : { folder: this.#name, bytes: this.#bytes };
  }

  /** Adds to the end. Never fails: what cannot be kept is given up. */
  async write(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    this.#work = this.#work.then(() => this.#add(bytes)).catch(() => this.#giveUp());
    await this.#work;
  }

  async remove(): Promise<void> {
    this.#work = this.#work.then(() => this.#giveUp());
    await this.#work;
  }

  async #add(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    if (this.#isOver) return;
    this.#segment ??= { writable: await this.#openSegment(), bytes: 0 };
    const segment = this.#segment;
    await segment.writable.write(bytes);
    segment.bytes += bytes.length;
    if (segment.bytes < this.#segmentBytes) return;
    await segment.writable.close();
    this.#segment = null;
    this.#bytes += segment.bytes;
  }

  async #openSegment(): Promise<FileSystemWritableFileStream> {
    const handle = await (await this.#folder).getFileHandle(`${this.#bytes}`, { create: true });
    return await handle.createWritable();
  }

  async #giveUp(): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    await this.#segment?.writable.abort().catch(() => {
      // Closed, or failed by itself.
    });
    await removePart(this.#name);
  }
}

async function partsFolder(): Promise<FileSystemDirectoryHandle> {
  const root = await navigator.storage.getDirectory();
  return await root.getDirectoryHandle(FOLDER, { create: true });
}

/** Of a part, in their order: each is called by the place at which it begins. */
async function* segments(folder: string): AsyncGenerator<File, void, undefined> {
  const handle = await (await partsFolder()).getDirectoryHandle(folder);
  for (let at = 0; ; ) {
    const segment = await fileIn(handle, `${at}`);
    // One that was begun and not closed is empty.
    if (!segment || segment.size === 0) return;
    yield segment;
    at += segment.size;
  }
}

async function fileIn(folder: FileSystemDirectoryHandle, name: string): Promise<File | null> {
  try {
    return await (await folder.getFileHandle(name)).getFile();
  } catch (error) {
    if (error instanceof DOMException && error.name === "NotFoundError") return null;
    throw error;
  }
}

async function hashesOf(segment: File): Promise<Uint8Array[]> {
  const hashes: Uint8Array[] = [];
  for (let at = 0; at < segment.size; at += BLOCK_BYTES) {
    hashes.push(await hashOf(new Uint8Array(await segment.slice(at, at + BLOCK_BYTES).arrayBuffer())));
  }
  return hashes;
}

function isSame(one: Uint8Array, other: Uint8Array | undefined): boolean {
  return one.length === other?.length && one.every((byte, at) => byte === other[at]);
}
