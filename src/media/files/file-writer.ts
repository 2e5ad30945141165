import type { FileSink } from "./destination";
import { Digest } from "./digest";

/** As much is gathered before it is written: each write costs a browser a message to another process, however small it is. */
export const BUFFER_BYTES = 1_048_576;

/** One file on its way to where it goes: bytes come in order, at most two buffers of them are in memory. */
export class FileWriter {
  readonly size: number;
  readonly #open: () => Promise<FileSink>;
  readonly #digest = new Digest();
  #sink: FileSink | null = null;
  #buffer: Uint8Array<ArrayBuffer>;
  #filled = 0;
  /** The write before; it has to be over before the next one. */
  #writing: Promise<void> = Promise.resolve();

  constructor(size: number, open: () => Promise<FileSink>) {
    this.size = size;
    this.#open = open;
    this.#buffer = this.#nextBuffer(0);
  }

  /** So many bytes of it have come. */
  get bytes(): number {
    return this.#digest.bytes;
  }

  /** Whether it is in memory as a whole, so that others may be written at the same time. */
  get isSmall(): boolean {
    return this.size <= BUFFER_BYTES;
  }

  /** Adds bytes, which must not be more than are missing. @returns a promise when there is no room before it resolves */
  add(bytes: Uint8Array): Promise<void> | undefined {
    this.#digest.update(bytes);
    const fits = bytes.subarray(0, this.#buffer.length - this.#filled);
    this.#buffer.set(fits, this.#filled);
    this.#filled += fits.length;
    if (this.#filled < this.#buffer.length || this.isSmall) return undefined;
    return this.#flush(bytes.subarray(fits.length));
  }

  hash(): Uint8Array {
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
    await this.#writing.catch(() => {
      // Whoever added the bytes has been told.
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
    this.#buffer.set(rest);
    this.#filled = rest.length;
  }

  /** @param counted bytes that have come and are not in a buffer yet */
  #nextBuffer(counted: number): Uint8Array<ArrayBuffer> {
    return new Uint8Array(Math.min(BUFFER_BYTES, this.size - this.#digest.bytes + counted));
  }
}
