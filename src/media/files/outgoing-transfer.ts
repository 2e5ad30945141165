import type { FileEntry, FileMessage } from "@/protocol/file-transfer";
import { type BatchPosition, bytesBefore, placesOfNull, startsOf } from "./batch-position";
import { BLOCK_BYTES, Digest, digestOfDigests, hexOf } from "./digest";
import { type FileChannel, PIECE_BYTES } from "./file-channel";
import { entriesOf, type OfferedFile, viewsOf } from "./file-entries";
import type { FileView, TransferState } from "./files-state";
import { readAhead } from "./read-ahead";

/** Of the JSON of a message that lists files, with room for the rest of it. */
const ENTRIES_JSON_LENGTH = 20_000;
const ENTRIES_AT_ONCE = 1_000;

/** A batch on its way out. It outlives links: the receiver says on each from where it goes on. */
export class OutgoingTransfer {
  readonly id = crypto.randomUUID();
  readonly direction = "sending";
  readonly views: readonly FileView[];
  readonly totalBytes: number;
  state: TransferState = { phase: "offered" };
  skippedFiles = 0;
  readonly #entries: readonly FileEntry[];
  readonly #files: readonly Blob[];
  readonly #starts: Float64Array;
  /** Of the files that have been sent to their end; null for one that could not be read. */
  readonly #hashes: (Uint8Array | null)[] = [];
  #position: BatchPosition = { file: 0, offset: 0 };
  /** Whether the receiver waits for it, on this link. */
  #isReady = false;
  /** Of the file at the position. */
  #digest = new Digest();
  /** Changes whenever the receiver says where to go on: what was sending before stops. */
  #turn = 0;

  constructor(files: readonly OfferedFile[]) {
    this.#files = files.map(({ file }) => file);
    this.#entries = entriesOf(files);
    this.#starts = startsOf(this.#entries.map(({ size }) => size));
    this.totalBytes = this.#starts.at(-1) ?? 0;
    this.views = viewsOf(this.#entries);
  }

  /** Whether there is something to send now. */
  get isReady(): boolean {
    return this.#isReady && this.state.phase === "moving";
  }

  get position(): BatchPosition {
    return this.#position;
  }

  get doneBytes(): number {
    return bytesBefore(this.#starts, this.#position);
  }

  /** The first files that could not be read. */
  skipped(atMost: number): number[] {
    return placesOfNull(this.#hashes, atMost);
  }

  /** What is said to begin with, and again on each link: the same every time. */
  *offer(): Generator<FileMessage, void, undefined> {
    const transferId = this.id;
    yield { type: "offer", transferId, files: this.#entries.length, bytes: this.totalBytes };
    let entries: FileEntry[] = [];
    let length = 0;
    for (const entry of this.#entries) {
      const entryLength = JSON.stringify(entry).length;
      if (
        entries.length > 0 &&
        (length + entryLength > ENTRIES_JSON_LENGTH || entries.length === ENTRIES_AT_ONCE)
      ) {
        yield { type: "entries", transferId, entries };
        entries = [];
        length = 0;
      }
      entries.push(entry);
      length += entryLength;
    }
    yield { type: "entries", transferId, entries };
  }

  /** The receiver wants the batch from here on. @returns false for a place that is none */
  goOn({ file, offset }: BatchPosition): boolean {
    const size = this.#entries[file]?.size;
    const isAtEnd = file === this.#entries.length && offset === 0;
    // A place that has not been sent yet would leave a gap in the hashes.
    const isKnown = file <= this.#position.file;
    if ((size === undefined || offset > size) && !isAtEnd) return false;
    if (!isKnown) return false;
    this.#turn += 1;
    if (file < this.#position.file) this.#digest = new Digest();
    this.#hashes.length = file;
    this.skippedFiles = this.#hashes.filter((hash) => hash === null).length;
    this.#position = { file, offset };
    this.#isReady = true;
    this.state = { phase: "moving" };
    return true;
  }

  /** Whatever is being sent stops. */
  pause(): void {
    this.#turn += 1;
    this.#isReady = false;
    // Until the receiver says what it has.
    if (this.state.phase === "finishing") this.state = { phase: "moving" };
  }

  /** Sends from the present position to the end. Returns early when it is paused or goes on from elsewhere. @throws BulkError */
  async send(channel: FileChannel, onProgress: () => void): Promise<void> {
    const turn = this.#turn;
    const transferId = this.id;
    const begin = this.#position;
    const from = { file: begin.file, offset: this.#digest.rewind(begin.offset) };
    let file = -1;
    for await (const piece of readAhead(this.#files, from, BLOCK_BYTES)) {
      if (this.#turn !== turn) return;
      if (piece.file < this.#position.file) continue;
      if (piece.bytes === null) {
        this.#next(null);
        this.skippedFiles += 1;
        channel.say({ type: "skip", transferId, file: piece.file });
        onProgress();
        continue;
      }
      if (piece.file !== file) {
        file = piece.file;
        channel.say({ type: "file", transferId, file, offset: this.#position.offset });
      }
      this.#digest.add(piece.bytes);
      // What the receiver has already is read again for the hash alone.
      for (let at = this.#position.offset - piece.offset; at < piece.bytes.length; at += PIECE_BYTES) {
        const part = piece.bytes.subarray(at, at + PIECE_BYTES);
        await channel.send(part);
        if (this.#turn !== turn) return;
        this.#position = { file, offset: piece.offset + at + part.length };
        onProgress();
      }
      if (piece.isLast) {
        const hash = await this.#digest.value();
        if (this.#turn !== turn) return;
        channel.say({ type: "end", sha256: hexOf(hash) });
        this.#next(hash);
        await channel.room();
        if (this.#turn !== turn) return;
      }
      onProgress();
    }
    if (this.#turn === turn) this.state = { phase: "finishing" };
  }

  /** A person at the receiver has to answer, be it again because the page there knows nothing of it any more. */
  wait(): void {
    if (this.state.phase === "offered") return;
    this.pause();
    this.state = { phase: "offered", isAgain: true };
  }

  /** Whether the receiver has what was sent. */
  fits(sha256: string): boolean {
    return this.#position.file === this.#entries.length && digestOfDigests(this.#hashes) === sha256;
  }

  #next(hash: Uint8Array | null): void {
    this.#hashes[this.#position.file] = hash;
    this.#position = { file: this.#position.file + 1, offset: 0 };
    this.#digest = new Digest();
  }
}
