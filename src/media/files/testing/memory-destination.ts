import type { Destination, FileSink } from "../destination";
import type { KeptPart } from "../kept-part";
import type { KeptPlace } from "../kept-receipts";

/** Keeps files in memory, and can be told to refuse them. */
export class MemoryDestination implements Destination {
  kept: KeptPlace | null = null;
  readonly filesAtOnce: number;
  /** Complete ones. */
  readonly files = new Map<number, Uint8Array>();
  readonly aborted: number[] = [];
  isDiscarded = false;
  /** What a write of this file is to fail with. */
  failing: number | null = null;
  writtenBytes = 0;
  #heldFrom = Number.POSITIVE_INFINITY;
  #gate: Promise<void> = Promise.resolve();

  constructor(filesAtOnce = 4) {
    this.filesAtOnce = filesAtOnce;
  }

  /** Holds back the writes that begin from now on. @returns lets them go */
  hold(): () => void {
    let letGo = () => {};
    this.#gate = new Promise((resolve) => {
      letGo = resolve;
    });
    return letGo;
  }

  /** Holds back the writes of this file and those after it. */
  holdFrom(file: number): void {
    this.#heldFrom = file;
  }

  async open(file: number, _size?: number, _begun?: KeptPart | null): Promise<FileSink> {
    const pieces: Uint8Array[] = [];
    return {
      write: async (bytes) => {
        await this.#gate;
        if (file >= this.#heldFrom) await new Promise(() => {});
        if (this.failing === file) throw new DOMException("The disk is full.", "QuotaExceededError");
        pieces.push(bytes.slice());
        this.writtenBytes += bytes.length;
      },
      close: async () => {
        this.files.set(
          file,
          new Uint8Array(await new Blob(pieces.map((piece) => new Uint8Array(piece))).arrayBuffer()),
        );
      },
      abort: async () => {
        this.aborted.push(file);
      },
    };
  }

  async finish(): Promise<null> {
    return null;
  }

  async discard(): Promise<void> {
    this.isDiscarded = true;
  }
}
