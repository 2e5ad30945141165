import type { FileFailure } from "@/protocol/file-transfer";
import type { Download } from "./destination";

/**
 * Why a transfer has failed. After the first two either side can try again, and it goes on where it was.
 *
 * - `gone`: the sender does not have it any more, because its page was loaded anew for instance.
 * - `ended`: the session is over.
 * - `violation`: the other side did not keep to the protocol.
 */
export type TransferFailure = FileFailure | "gone" | "ended" | "violation";

export type TransferState =
  /** The receiver has not answered; `isAgain`: it has, and then its page was loaded again. */
  | { readonly phase: "offered"; readonly isAgain?: boolean }
  | { readonly phase: "moving" }
  /** Everything is sent; the receiver stores and checks the last of it. */
  | { readonly phase: "finishing" }
  | { readonly phase: "done"; readonly download: Download | null }
  | { readonly phase: "declined" }
  | { readonly phase: "cancelled"; readonly by: "me" | "other" }
  | { readonly phase: "failed"; readonly reason: TransferFailure };

/** One file as it is shown. The name is harmless (harmless-names.ts). */
export interface FileView {
  readonly name: string;
  readonly size: number;
  /** An empty folder. */
  readonly isFolder: boolean;
  /** Opening it may do something by itself. */
  readonly isProgram: boolean;
}

/** A batch of files as both sides see it. */
export interface TransferView {
  readonly id: string;
  readonly direction: "sending" | "receiving";
  readonly state: TransferState;
  /** The same list for as long as the transfer lives. */
  readonly files: readonly FileView[];
  readonly totalBytes: number;
  readonly doneBytes: number;
  readonly doneFiles: number;
  /** Files that could not be read at the sender. */
  readonly skippedFiles: number;
  /** The first of them. */
  readonly skippedNames: readonly string[];
  /** So many were stored at the top of the chosen folder, as their paths were too long for this computer. */
  readonly atTop: number;
  /** An offer that a page before this one has begun to store: so many files of it are in their place, and so many bytes; null: none has. */
  readonly kept: { readonly files: number; readonly bytes: number } | null;
  /** The file that moves now and how much of it has. */
  readonly current: { readonly file: number; readonly doneBytes: number } | null;
  /** Null until it is known. */
  readonly bytesPerSecond: number | null;
}

/** What the page shows of files. */
export interface FilesSnapshot {
  /** Newest first. */
  readonly transfers: readonly TransferView[];
  /** Whether files can move now, and if not, what it takes. */
  readonly way: "open" | "notPermitted" | "notConnected";
}

/** Whether nothing will happen any more without a new batch. */
export function isOver(state: TransferState): boolean {
  switch (state.phase) {
    case "done":
    case "declined":
    case "cancelled":
      return true;
    case "failed":
      return !canRetry(state);
    default:
      return false;
  }
}

/** Whether this side is asked to answer. */
export function isOffer({ direction, state }: TransferView): boolean {
  return direction === "receiving" && state.phase === "offered";
}

/** The offers that a person is asked about now, the oldest first: none while files cannot move. */
export function waitingOffers({ transfers, way }: FilesSnapshot): readonly TransferView[] {
  return way === "open" ? transfers.filter(isOffer).reverse() : [];
}

export function canRetry(state: TransferState): boolean {
  return state.phase === "failed" && (state.reason === "storage" || state.reason === "mismatch");
}
