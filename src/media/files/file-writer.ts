import type { FileSink } from "./destination";
import { BLOCK_BYTES, Digest } from "./digest";
import type { KeptPart } from "./kept-part";

/**
 * As much is gathered before it is written: each write costs a browser a message to another process, however small it is. It is a
 * block of the file's hash as well.
 */
const BUFFER_BYTES = BLOCK_BYTES;

/** One file on its way to where it goes: bytes come in order, at most two buffers of them are in memory. */
export class FileWriter {
  readonly size: number;
  readonly #open: () => Promise<FileSink>;
  readonly #begun: KeptPart | null;
  readonly #digest: Digest;
  #sink: FileSink | null = null;
  #buffer: Uint8Array<ArrayBuffer>;
  #filled = 0;
  #bytes: number;
  /** The write before; it has to be over before the next one. */
  #writing: Promise<void> = Promise.resolve();
  /** What was added last; until it is over a full buffer still waits for its turn. */
  #adding: Promise<void> = Promise.resolve();

  /** @param open where it goes @param begun what is there of it when that has been opened */
  constructor(size: number, open: () => Promise<FileSink>, begun: KeptPart | null = null) {
    this.size = size;
    this.#open = open;
    this.#begun = begun;
    this.#digest = new Digest(begun?.hashes);
    this.#bytes = this.#digest.bytes;
    this.#buffer = this.#nextBuffer(0);
  }

  /** So many bytes of it have come. */
  get bytes(): number {
    return this.#bytes;
  }

  /** What the next page would find of it; null: nothing. */
  get part(): KeptPart | null {
    if (!this.#sink) return this.#begun;
    const { kept } = this.#sink;
    if (!kept) return null;
    return { folder: kept.folder, hashes: this.#digest.known(Math.floor(kept.bytes / BLOCK_BYTES)) };
  }

  /** Whether it is in memory as a whole, so that others may be written at the same time. */
  get isSmall(): boolean {
    return this.size <= BUFFER_BYTES;
  }

  /**
   * Adds bytes, which must not be more than are missing, and only when those before have been taken in.
   *
   * @returns a promise when there is no room before it resolves
   */
  add(bytes: Uint8Array): Promise<void> | undefined {
    const fits = bytes.subarray(0, this.#buffer.length - this.#filled);
    this.#bytes += bytes.length;
    this.#fill(fits);
    if (this.#filled < this.#buffer.length || this.isSmall) return undefined;
    this.#adding = this.#flush(bytes.subarray(fits.length));
    return this.#adding;
  }

  /** Resolves when all that was added has been taken in: whoever adds to what others have begun waits for it. Never fails. */
  async ready(): Promise<void> {
    await this.#adding.catch(() => {
      // Whoever added the bytes has been told.
    });
  }

  /** When all of it has come. */
  hash(): Promise<Uint8Array> {
    return this.#digest.value();
  }

  /** Writes the last of it and puts it into its place. */
  async close(): Promise<void> {
    await this.#writing;
    this.#sink ??= await this.#open();
    if (this.#filled > 0) await this.#sink.write(this.#buffer);
    await this.#sink.close();
  }

  /** Leaves nothing of it. Never fails. */
  async abort(): Promise<void> {
    // Where it goes may just be being opened.
    await this.ready();
    await this.#writing.catch(() => {
      // Whoever adds or closes is told.
    });
    await this.#sink?.abort();
  }

  async #flush(rest: Uint8Array): Promise<void> {
    const full = this.#buffer;
    this.#filled = 0;
    await this.#writing;
    this.#sink ??= await this.#open();
    this.#writing = this.#sink.write(full);
    // Told by the next flush or the close, which await it.
    this.#writing.catch(() => {});
    this.#buffer = this.#nextBuffer(rest.length);
    this.#fill(rest);
  }

  #fill(bytes: Uint8Array): void {
    this.#buffer.set(bytes, this.#filled);
    this.#filled += bytes.length;
    if (this.#filled === this.#buffer.length) this.#digest.add(this.#buffer);
  }

  /** @param counted bytes that have come and are not in a buffer yet */
  #nextBuffer(counted: number): Uint8Array<ArrayBuffer> {
    return new Uint8Array(Math.min(BUFFER_BYTES, this.size - this.#bytes + counted));
  }
}
