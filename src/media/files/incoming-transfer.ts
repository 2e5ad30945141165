import {
  type FileEntry,
  type FileFailure,
  type FileMessage,
  MAX_PATHS_LENGTH,
} from "@/protocol/file-transfer";
import { type BatchPosition, bytesBefore, placesOfNull, startsOf } from "./batch-position";
import type { Destination, Download } from "./destination";
import { BLOCK_BYTES, digestOfDigests, digestOfText, hexOf } from "./digest";
import { viewsOf } from "./file-entries";
import { FileWriter } from "./file-writer";
import { type FileView, isOver, type TransferState } from "./files-state";
import { Jobs } from "./jobs";
import type { KeptPart } from "./kept-part";
import type { KeptReceipt } from "./kept-receipts";
import { RecordError } from "./records";

interface IncomingTransferOptions {
  id: string;
  /** As the sender announced them. */
  files: number;
  bytes: number;
  onChange: () => void;
  /** It cannot go on; the sender has to be told. */
  onFailed: (reason: FileFailure) => void;
  /** Everything is stored. @param sha256 of all hashes */
  onDone: (sha256: string) => void;
}

/**
 * A batch on its way in. It outlives links: whatever comes is counted, and the next link goes on where the last one broke off. The
 * sender is not believed: more bytes than were announced, another order, or files that do not exist are refused.
 */
export class IncomingTransfer {
  readonly id: string;
  readonly direction = "receiving";
  readonly totalBytes: number;
  state: TransferState = { phase: "offered" };
  skippedFiles = 0;
  #views: readonly FileView[] = [];
  readonly #options: IncomingTransferOptions;
  readonly #entries: FileEntry[] = [];
  #pathsLength = 0;
  #starts = startsOf([]);
  #hashes: (Uint8Array | null)[] = [];
  #destination: Destination | null = null;
  #jobs = new Jobs(1);
  /** The next file to come, or the one that is coming. */
  #file = 0;
  #writer: FileWriter | null = null;
  /** Files that are being put into their place, and how many of them are, from the first one on. */
  readonly #closing = new Set<number>();
  #stored = 0;
  #kept: KeptReceipt | null = null;
  /** Empty until it is listed. */
  #listing = "";
  /** Changes with each failure: what is still being written then does not count. */
  #turn = 0;

  constructor(options: IncomingTransferOptions) {
    this.#options = options;
    this.id = options.id;
    this.totalBytes = options.bytes;
  }

  /** Empty until it is listed. */
  get views(): readonly FileView[] {
    return this.#views;
  }

  /** As the sender names them: not to be shown or used as they are. */
  get entries(): readonly FileEntry[] {
    return this.#entries;
  }

  get isListed(): boolean {
    return this.#views.length > 0;
  }

  get position(): BatchPosition {
    return { file: this.#file, offset: this.#writer?.bytes ?? 0 };
  }

  get doneBytes(): number {
    return bytesBefore(this.#starts, this.position);
  }

  /** So many stand at the top of their folder because their paths were too long. */
  get atTop(): number {
    return this.#destination?.atTop ?? 0;
  }

  /** The first files that could not be read. */
  skipped(atMost: number): number[] {
    return placesOfNull(this.#hashes, atMost);
  }

  /** What the sender says of its files, in parts. @throws RecordError when it is not what was announced */
  list(entries: readonly FileEntry[]): void {
    const { files, bytes } = this.#options;
    for (const { path } of entries)
      this.#pathsLength += path.reduce((length, part) => length + part.length, 0);
    const isTooMuch = this.#entries.length + entries.length > files || this.#pathsLength > MAX_PATHS_LENGTH;
    if (this.isListed || isTooMuch) throw new RecordError("More is listed than was announced.");
    this.#entries.push(...entries);
    if (this.#entries.length < files) return;
    this.#starts = startsOf(this.#entries.map(({ size }) => size));
    if (this.#starts.at(-1) !== bytes) throw new RecordError("The files are not as long as was announced.");
    this.#views = viewsOf(this.#entries);
    this.#listing = digestOfText(JSON.stringify(this.#entries));
  }

  /** @param hashes of the files that are there already, from the first one on */
  accept(destination: Destination, hashes: readonly (Uint8Array | null)[] = []): void {
    this.#destination = destination;
    this.#jobs = new Jobs(destination.filesAtOnce);
    this.#hashes = hashes.slice(0, this.#entries.length);
    this.#file = this.#hashes.length;
    this.#stored = this.#file;
    this.skippedFiles = this.#hashes.filter((hash) => hash === null).length;
    if (destination.begun) this.#writer = this.#write(destination, this.#file, destination.begun);
    this.state = { phase: "moving" };
    this.#finishIfComplete();
  }

  /** What a page that is loaded again has to know; null: nothing that would be of use. */
  get receipt(): KeptReceipt | null {
    const place = this.#destination?.kept;
    if (!place || isOver(this.state)) return null;
    const hashes = this.#hashes.slice(0, this.storedFiles);
    return { transferId: this.id, place, listing: this.#listing, hashes, part: this.part };
  }

  /** What would be there, for the next page, of the first file that is not in its place. */
  get part(): KeptPart | null {
    return this.storedFiles === this.#file ? (this.#writer?.part ?? null) : null;
  }

  /** What a page before this one has kept of it; nothing, unless it is the very same list. */
  set kept(receipt: KeptReceipt | null) {
    this.#kept = receipt;
  }

  get kept(): KeptReceipt | null {
    return this.isListed && this.#kept?.listing === this.#listing ? this.#kept : null;
  }

  /** So many files, and so many bytes with what there is of the next one. */
  get keptSize(): { readonly files: number; readonly bytes: number } | null {
    const { kept } = this;
    if (!kept) return null;
    const files = kept.hashes.length;
    const offset = (kept.part?.hashes.length ?? 0) * BLOCK_BYTES;
    return { files, bytes: bytesBefore(this.#starts, { file: files, offset }) };
  }

  /** So many files, from the first one on, are in their place. */
  get storedFiles(): number {
    while (this.#stored < this.#file && !this.#closing.has(this.#stored)) this.#stored += 1;
    return this.#stored;
  }

  /** Goes on after a failure, from where that has left it. Resolves when the sender may be told. */
  async retry(): Promise<void> {
    // What else fails moves the place further back.
    await this.#jobs.settled();
    if (this.state.phase !== "failed") return;
    this.state = { phase: "moving" };
    this.#finishIfComplete();
  }

  /** @returns whether its bytes are wanted: others are on their way for a moment after a failure */
  async begin({ file, offset }: Extract<FileMessage, { type: "file" }>): Promise<boolean> {
    const destination = this.#destination;
    // Where one file follows the other, the one before must be over.
    if (destination?.filesAtOnce === 1) await this.#jobs.settled();
    // A write of the link before may still wait for its disk.
    await this.#writer?.ready();
    const { position } = this;
    if (this.state.phase !== "moving" || !destination) return false;
    if (file !== position.file || offset !== position.offset || file >= this.#entries.length) return false;
    this.#writer ??= this.#write(destination, file, null);
    return true;
  }

  /** @returns a promise when no more can be taken before it resolves @throws RecordError for more than was announced */
  add(bytes: Uint8Array): Promise<void> | undefined {
    const writer = this.#writer;
    if (this.state.phase !== "moving" || !writer) return undefined;
    if (writer.bytes + bytes.length > writer.size)
      throw new RecordError("The file is longer than was announced.");
    const [file, turn] = [this.#file, this.#turn];
    const added = writer.add(bytes)?.catch((error: unknown) => this.#cannotStore(file, turn, error));
    this.#options.onChange();
    return added;
  }

  /** The file is complete. @throws RecordError when it is not */
  end(sha256: string): Promise<void> | undefined {
    const writer = this.#writer;
    if (this.state.phase !== "moving" || !writer) return undefined;
    if (writer.bytes !== writer.size) throw new RecordError("The file is shorter than was announced.");
    return this.#complete(writer, sha256);
  }

  /** The sender cannot read it. */
  skip(file: number): void {
    if (this.state.phase !== "moving" || file !== this.#file || file >= this.#entries.length) return;
    this.skippedFiles += 1;
    this.#next(null, this.#writer);
    this.#options.onChange();
    this.#finishIfComplete();
  }

  /** Nothing more is wanted of it. What is complete stays. */
  drop(state: TransferState): void {
    this.state = state;
    this.#turn += 1;
    const [writer, destination] = [this.#writer, this.#destination];
    this.#writer = null;
    void this.#jobs
      .begin(async () => await writer?.abort())
      .then(() => this.#jobs.settled())
      .then(() => destination?.discard());
  }

  /** The page goes: so does what only it could save. */
  discard(): void {
    void this.#destination?.discard();
  }

  /** @param begun what the destination has of it */
  #write(destination: Destination, file: number, begun: KeptPart | null): FileWriter {
    const size = this.#entries[file]?.size ?? 0;
    return new FileWriter(size, () => destination.open(file, size, begun), begun);
  }

  async #complete(writer: FileWriter, sha256: string): Promise<void> {
    const [file, turn] = [this.#file, this.#turn];
    const hash = await writer.hash();
    // Dropped meanwhile, or a file before it could not be stored; or it was said again over the next link.
    if (this.#turn !== turn || this.#writer !== writer) return;
    if (hexOf(hash) !== sha256) {
      this.#fail(file, "mismatch");
      return;
    }
    this.#closing.add(file);
    this.#next(hash, null);
    this.#options.onChange();
    // Closing takes a browser a while; others go on meanwhile.
    await this.#jobs.begin(() =>
      writer.close().then(
        () => void this.#closing.delete(file),
        async (error: unknown) => {
          await writer.abort();
          this.#cannotStore(file, turn, error);
          this.#closing.delete(file);
        },
      ),
    );
    this.#finishIfComplete();
  }

  #next(hash: Uint8Array | null, unfinished: FileWriter | null): void {
    if (unfinished) void this.#jobs.begin(() => unfinished.abort());
    this.#hashes[this.#file] = hash;
    this.#file += 1;
    this.#writer = null;
  }

  #finishIfComplete(): void {
    if (this.#file < this.#entries.length || this.state.phase !== "moving") return;
    this.state = { phase: "finishing" };
    this.#options.onChange();
    this.#finish(this.#turn).catch((error: unknown) => this.#cannotStore(this.#file, this.#turn, error));
  }

  async #finish(turn: number): Promise<void> {
    await this.#jobs.settled();
    if (this.#turn !== turn) return;
    const download = await this.#put();
    if (this.#turn !== turn) return;
    this.state = { phase: "done", download };
    this.#options.onDone(this.digest());
  }

  /** Where nothing at all could be read there is nothing to be saved, not an empty file either. */
  async #put(): Promise<Download | null> {
    const isNothing = this.#hashes.every((hash) => hash === null);
    if (!isNothing) return (await this.#destination?.finish()) ?? null;
    await this.#destination?.discard();
    return null;
  }

  /** What both sides compare in the end. */
  digest(): string {
    return digestOfDigests(this.#hashes);
  }

  #cannotStore(file: number, turn: number, error: unknown): void {
    // Several may fail at once, for one reason; the first of them is where it goes on.
    if (this.#turn !== turn && !(this.state.phase === "failed" && file < this.#file)) return;
    console.warn("A file could not be stored.", error);
    this.#fail(Math.min(file, this.#file), "storage");
  }

  /** What is stored of this file and those after it does not count: they come again. */
  #fail(file: number, reason: FileFailure): void {
    this.#turn += 1;
    const writer = this.#writer;
    if (writer) void this.#jobs.begin(() => writer.abort());
    this.#writer = null;
    this.#file = file;
    this.#stored = Math.min(this.#stored, file);
    this.#hashes = this.#hashes.slice(0, file);
    this.skippedFiles = this.#hashes.filter((hash) => hash === null).length;
    this.state = { phase: "failed", reason };
    this.#options.onFailed(reason);
  }
}
