import { sha256 } from "@noble/hashes/sha2.js";

/** Files are hashed in blocks of so many bytes; the last one of a file may be shorter. */
export const BLOCK_BYTES = 1_048_576;
/**
 * The browser's own SHA-256 is many times as fast as one in JavaScript and needs no time of the page's main thread, but takes about
 * as long to begin as JavaScript takes for so many bytes.
 */
const SHORT_BYTES = 4_096;

/**
 * The hash of a file that is read step by step: SHA-256 over the SHA-256 of each of its blocks. So the browser's own can do it, which
 * takes nothing but whole messages; and it can go back to where a receiver has got to.
 */
export class Digest {
  readonly #blocks: (Uint8Array | Promise<Uint8Array>)[];
  #bytes: number;

  /** @param blocks hashes of what has been taken in already: whole blocks */
  constructor(blocks: readonly Uint8Array[] = []) {
    this.#blocks = [...blocks];
    this.#bytes = blocks.length * BLOCK_BYTES;
  }

  /** So many bytes have been taken in. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Takes in the next block. It may change as soon as this returns.
   *
   * @throws RangeError for a block that is too long, or that comes after a shorter one
   */
  add(block: Uint8Array<ArrayBuffer>): void {
    if (block.length === 0) return;
    if (block.length > BLOCK_BYTES || this.#bytes % BLOCK_BYTES !== 0)
      throw new RangeError("It is no block.");
    this.#bytes += block.length;
    if (block.length <= SHORT_BYTES) {
      this.#blocks.push(sha256(block));
      return;
    }
    const at = this.#blocks.length;
    const hash = hashOf(block).then((value) => {
      if (this.#blocks[at] === hash) this.#blocks[at] = value;
      return value;
    });
    this.#blocks.push(hash);
  }

  /** The hashes of the first blocks, so many at most: those that are there at once. */
  known(atMost: number): readonly Uint8Array[] {
    const known: Uint8Array[] = [];
    for (const block of this.#blocks.slice(0, atMost)) {
      if (!(block instanceof Uint8Array)) break;
      known.push(block);
    }
    return known;
  }

  /** Goes back to where the block begins of which `bytes` is a part. @returns how many bytes have been taken in then */
  rewind(bytes: number): number {
    if (bytes >= this.#bytes) return this.#bytes;
    this.#blocks.length = Math.floor(bytes / BLOCK_BYTES);
    this.#bytes = this.#blocks.length * BLOCK_BYTES;
    return this.#bytes;
  }

  /** The hash of what has been taken in so far. */
  async value(): Promise<Uint8Array> {
    return hashOfHashes(await Promise.all(this.#blocks));
  }
}

/** Of a block by itself. */
export async function hashOf(block: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", block));
}

function hashOfHashes(hashes: readonly Uint8Array[]): Uint8Array {
  const all = sha256.create();
  for (const hash of hashes) all.update(hash);
  return all.digest();
}

export function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function digestOfText(text: string): string {
  return hexOf(sha256(new TextEncoder().encode(text)));
}

/** One hash over the hashes of a batch, in order. @param hashes null for a file that did not come */
export function digestOfDigests(hashes: readonly (Uint8Array | null | undefined)[]): string {
  return hexOf(hashOfHashes(hashes.map((hash) => hash ?? new Uint8Array(32))));
}
