import type { Destination } from "./destination";
import { DownloadDestination } from "./download-destination";
import { MemoryTarget, StorageTarget } from "./download-target";
import { FileDestination, FolderDestination } from "./folder-destination";
import { harmlessPaths, type NamedEntry } from "./harmless-names";
import { findPart } from "./kept-part";
import type { KeptReceipt } from "./kept-receipts";

/** Browsers that can neither save to a file nor store one keep it in memory: more than this would end the page. */
export const MAX_IN_MEMORY_BYTES = 500_000_000;
/** The browser's own storage is not filled to the last byte. */
const STORAGE_RESERVE_BYTES = 50_000_000;

/** File System Access (WICG): not every browser has it. */
declare global {
  interface FileSystemHandle {
    requestPermission?(descriptor: { mode: "read" | "readwrite" }): Promise<PermissionState>;
  }
  interface Window {
    showSaveFilePicker?: (options: { suggestedName: string }) => Promise<FileSystemFileHandle>;
    showDirectoryPicker?: (options: { mode: "read" | "readwrite" }) => Promise<FileSystemDirectoryHandle>;
  }
}

export type ChosenDestination =
  | { readonly outcome: "chosen"; readonly destination: Destination }
  /** The person closed the browser's dialog. */
  | { readonly outcome: "none" }
  /** This browser cannot take so much. @property limitBytes how much it can */
  | { readonly outcome: "too_large"; readonly limitBytes: number }
  /** The browser or the system does not let files be written there. */
  | { readonly outcome: "refused" };

/**
 * Asks the person whether a place that a page before this one has written to may be written to once more. To be called as
 * {@link chooseDestination}.
 */
export async function chooseAgain({
  place,
  part,
}: Pick<KeptReceipt, "place" | "part">): Promise<ChosenDestination> {
  try {
    const handle = place.kind === "folder" ? place.root : place.handle;
    const permission = (await handle.requestPermission?.({ mode: "readwrite" })) ?? "granted";
    if (permission !== "granted") return { outcome: "refused" };
    const begun = part && (await findPart(part));
    const destination =
      place.kind === "folder"
        ? FolderDestination.again(place, begun)
        : new FileDestination(place.handle, begun);
    return { outcome: "chosen", destination };
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    return { outcome: "refused" };
  }
}

type Offered = readonly (NamedEntry & { readonly size: number })[];

/**
 * Asks the person where a batch shall go. To be called first of all in answer to a press: browsers show their dialog only then.
 *
 * @param files as the sender names them
 */
export async function chooseDestination(files: Offered): Promise<ChosenDestination> {
  try {
    return await choose(files);
  } catch (error) {
    if (!(error instanceof DOMException || error instanceof TypeError)) throw error;
    return { outcome: error.name === "AbortError" ? "none" : "refused" };
  }
}

async function choose(files: Offered): Promise<ChosenDestination> {
  const [only] = files;
  const isPlainFile = files.length === 1 && only?.path.length === 1 && !only.isFolder;
  if (isPlainFile && window.showSaveFilePicker) {
    const [[suggestedName = ""] = []] = harmlessPaths(files);
    const handle = await window.showSaveFilePicker({ suggestedName });
    return { outcome: "chosen", destination: new FileDestination(handle) };
  }
  if (window.showDirectoryPicker) {
    const folder = await window.showDirectoryPicker({ mode: "readwrite" });
    return { outcome: "chosen", destination: await FolderDestination.in(folder, files) };
  }
  return await download(files);
}

async function download(files: Offered): Promise<ChosenDestination> {
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  if (canStore()) {
    const { quota = 0, usage = 0 } = await navigator.storage.estimate();
    const limitBytes = Math.max(0, quota - usage - STORAGE_RESERVE_BYTES);
    if (bytes > limitBytes) return { outcome: "too_large", limitBytes };
    return { outcome: "chosen", destination: new DownloadDestination(await StorageTarget.open(), files) };
  }
  if (bytes > MAX_IN_MEMORY_BYTES) return { outcome: "too_large", limitBytes: MAX_IN_MEMORY_BYTES };
  return { outcome: "chosen", destination: new DownloadDestination(new MemoryTarget(), files) };
}

function canStore(): boolean {
  return "storage" in navigator && "createWritable" in FileSystemFileHandle.prototype;
}
