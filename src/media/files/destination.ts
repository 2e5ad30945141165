/** Where one file of a batch goes. Calls come one after another. */
export interface FileSink {
  write(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** The file is complete: only now does it take its place. */
  close(): Promise<void>;
  /** Leaves nothing of it. Never fails. */
  abort(): Promise<void>;
}

/** What the browser is to save once a batch is there; it lives as long as the page. */
export interface Download {
  readonly url: string;
  readonly name: string;
}

/** Where a batch goes: the receiver's choice. Nothing is written outside of it. */
export interface Destination {
  /** So many files may be open at the same time. */
  readonly filesAtOnce: number;
  /** @param file its place in the batch @throws Error (DOMException) when it cannot be made */
  open(file: number): Promise<FileSink>;
  /** All that will come is there. @returns null where the files are in their place already */
  finish(): Promise<Download | null>;
  /** The batch will not be completed: what is complete stays, everything else goes. Never fails. */
  discard(): Promise<void>;
}
