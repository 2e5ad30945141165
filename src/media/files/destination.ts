import type { KeptPart } from "./kept-part";
import type { KeptPlace } from "./kept-receipts";

/** Where one file of a batch goes. Calls come one after another. */
export interface FileSink {
  /** What the next page would find of it: whole blocks (digest.ts), so many bytes. */
  readonly kept?: { readonly folder: string; readonly bytes: number } | null;
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
  /** Where it is, for a page that is loaded again; null: it goes with the page. */
  readonly kept: KeptPlace | null;
  /** So many files may be open at the same time. */
  readonly filesAtOnce: number;
  /** So many stand at its top, where they do not belong: their paths were too long. */
  readonly atTop?: number;
  /** What is there of the first file that is not complete. */
  readonly begun?: KeptPart | null;
  /**
   * @param file its place in the batch
   * @param size in bytes
   * @param begun what of it is to be there already, of this destination's own; by default nothing
   * @throws Error (DOMException) when it cannot be made
   */
  open(file: number, size: number, begun: KeptPart | null): Promise<FileSink>;
  /** All that will come is there. @returns null where the files are in their place already */
  finish(): Promise<Download | null>;
  /** The batch will not be completed: what is complete stays, everything else goes. Never fails. */
  discard(): Promise<void>;
}
