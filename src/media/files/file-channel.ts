import { type FileMessage, RECORD_HEADER_BYTES } from "@/protocol/file-transfer";
import { BulkError } from "../bulk/bulk-error";
import type { BulkLink } from "../bulk/bulk-link";
import type { BulkReceiver } from "../bulk/bulk-receiver";
import type { BulkSender } from "../bulk/bulk-sender";
import { encodeDataHeader, encodeMessage, RecordError, RecordReader } from "./records";

/** So much of a file is best sent at a time. */
export const PIECE_BYTES = 262_144;
/** More is not gathered before it is written: what is small goes together, a whole piece with its header by itself. */
const BLOCK_BYTES = PIECE_BYTES + RECORD_HEADER_BYTES;
/** As much may wait for the link; senders of bytes wait until it is less. */
const WAITING_BYTES = 262_144;
/**
 * Answers to the other side may wait as well, but not without end: a side that asks and asks and takes no answers is let go.
 * The longest list of a batch fits several times.
 */
const MAX_WAITING_BYTES = 64 * 1_048_576;

interface FileChannelOptions {
  link: BulkLink;
  /** What comes next is read when the promise resolves. */
  onMessage: (message: FileMessage, channel: FileChannel) => Promise<void> | undefined;
  /** Bytes of the file that the other side is sending; the next ones come when the promise resolves. */
  onData: (bytes: Uint8Array) => Promise<void> | undefined;
  /** Once. */
  onClosed: (error: BulkError) => void;
}

/** Messages and bytes of files over one link: a stream each way, for as long as the link lives. */
export class FileChannel {
  readonly #options: FileChannelOptions;
  readonly #sender: BulkSender;
  readonly #waiting: Uint8Array[] = [];
  /** What several that wait are put together in; one block is written at a time. */
  readonly #block = new Uint8Array(BLOCK_BYTES);
  #waitingBytes = 0;
  #isWriting = false;
  #isListening = false;
  #error: BulkError | null = null;
  #wake: (() => void)[] = [];

  constructor(options: FileChannelOptions) {
    this.#options = options;
    this.#sender = options.link.openSender();
    void options.link.closed().then((error) => this.#end(error));
    // Whoever stops the one stream hears nothing more of this side: only another link helps.
    void this.#sender.over().then((error) => this.close(error ?? new BulkError("violation")));
  }

  get link(): BulkLink {
    return this.#options.link;
  }

  get isClosed(): boolean {
    return this.#error !== null;
  }

  /** Hears the other side. One stream a link: whoever opens another does not keep to the protocol. */
  listen(stream: BulkReceiver): void {
    if (this.#isListening) {
      this.close(new BulkError("violation"));
      return;
    }
    this.#isListening = true;
    this.#read(stream).catch((error: unknown) => {
      this.close(error instanceof BulkError ? error : new BulkError("violation"));
      if (!(error instanceof BulkError || error instanceof RecordError)) throw error;
    });
  }

  /** Says something; it goes after what waits already. Lost if the link is. */
  say(message: FileMessage): void {
    this.#add(encodeMessage(message));
  }

  /** Sends a piece of a file. Resolves when more can be taken. @throws BulkError when the link is closed */
  async send(bytes: Uint8Array): Promise<void> {
    this.#add(encodeDataHeader(bytes.length));
    this.#add(bytes);
    await this.room();
  }

  /** Resolves when little waits. @throws BulkError when the link is closed */
  async room(): Promise<void> {
    while (this.#waitingBytes > WAITING_BYTES && !this.#error) {
      await new Promise<void>((resolve) => this.#wake.push(resolve));
    }
    if (this.#error) throw this.#error;
  }

  close(error: BulkError): void {
    this.#options.link.close(error);
    this.#end(error);
  }

  #end(error: BulkError): void {
    if (this.#error) return;
    this.#error = error;
    this.#waiting.length = 0;
    this.#waitingBytes = 0;
    this.#wakeAll();
    this.#options.onClosed(error);
  }

  async #read(stream: BulkReceiver): Promise<void> {
    const reader = new RecordReader();
    for await (const piece of stream) {
      for (const part of reader.read(piece)) {
        if (this.#error) return;
        const handled =
          part.type === "message"
            ? this.#options.onMessage(part.message, this)
            : this.#options.onData(part.bytes);
        if (handled !== undefined) await handled;
      }
    }
    // The other side never ends its stream: it lives as long as the link.
    throw new BulkError("violation");
  }

  #add(bytes: Uint8Array): void {
    if (this.#error) return;
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    if (this.#waitingBytes > MAX_WAITING_BYTES) {
      this.close(new BulkError("violation"));
      return;
    }
    if (this.#isWriting) return;
    this.#isWriting = true;
    // In the next turn, so that what is said at once goes together.
    queueMicrotask(() => {
      this.#write().catch((error: unknown) => {
        this.#end(error instanceof BulkError ? error : new BulkError("lost"));
      });
    });
  }

  async #write(): Promise<void> {
    try {
      while (this.#waiting.length > 0) {
        const block = this.#nextBlock();
        await this.#sender.write(block);
        this.#waitingBytes -= block.length;
        if (this.#waitingBytes <= WAITING_BYTES) this.#wakeAll();
      }
    } finally {
      this.#isWriting = false;
    }
  }

  /** As many of those that wait as make a block. */
  #nextBlock(): Uint8Array {
    let bytes = 0;
    let count = 0;
    for (const one of this.#waiting) {
      if (count > 0 && bytes + one.length > BLOCK_BYTES) break;
      bytes += one.length;
      count += 1;
    }
    const pieces = this.#waiting.splice(0, count);
    if (pieces.length === 1 && pieces[0]) return pieces[0];
    let at = 0;
    for (const piece of pieces) {
      this.#block.set(piece, at);
      at += piece.length;
    }
    return this.#block.subarray(0, bytes);
  }

  #wakeAll(): void {
    const waiting = this.#wake;
    this.#wake = [];
    for (const goOn of waiting) goOn();
  }
}
