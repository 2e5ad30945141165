import { MAX_FILES_PER_TRANSFER, MAX_PATH_PARTS } from "@/protocol/file-transfer";
import type { OfferedFile } from "./file-entries";

/**
 * What was dropped on a page, folders with all that is in them. To be called in the event's own turn: browsers forget what was
 * dropped afterwards.
 *
 * @throws DOMException for a folder that cannot be read
 */
export async function droppedFiles({ items }: Pick<DataTransfer, "items">): Promise<OfferedFile[]> {
  const entries = [...items].flatMap((item) => {
    const entry = item.kind === "file" ? item.webkitGetAsEntry() : null;
    return entry ? [entry] : [];
  });
  const found: OfferedFile[] = [];
  for (const entry of entries) await gather(entry, [], found);
  return found;
}

/** What a field for files or for a folder was given. Browsers say nothing there of folders that are empty. */
export function chosenFiles(list: FileList): OfferedFile[] {
  return [...list].map((file) => ({
    // Empty for files that were chosen by themselves.
    path: file.webkitRelativePath === "" ? [file.name] : file.webkitRelativePath.split("/"),
    file,
  }));
}

/**
 * Opens the browser's dialog for a folder. To be called in answer to a press.
 *
 * @returns null in browsers that have only the field for it; otherwise all that is in the folder, or null when the dialog was closed
 */
export function pickFolder(): Promise<OfferedFile[] | null> | null {
  return window.showDirectoryPicker?.({ mode: "read" }).then(gatherPicked, noneIfClosed) ?? null;
}

function noneIfClosed(error: unknown): null {
  if (error instanceof DOMException && error.name === "AbortError") return null;
  throw error;
}

async function gatherPicked(folder: FileSystemDirectoryHandle): Promise<OfferedFile[]> {
  const found: OfferedFile[] = [];
  await gatherHandle(folder, [], found);
  return found;
}

async function gatherHandle(
  folder: FileSystemDirectoryHandle,
  folders: readonly string[],
  found: OfferedFile[],
): Promise<void> {
  const path = [...folders, folder.name];
  let isEmpty = true;
  if (path.length <= MAX_PATH_PARTS) {
    for await (const [name, handle] of folder.entries()) {
      if (isEnough(found)) return;
      isEmpty = false;
      if (handle.kind === "directory") await gatherHandle(handle, path, found);
      else found.push({ path: [...path, name], file: await handle.getFile() });
    }
  }
  if (isEmpty) found.push(emptyFolder(path));
}

async function gather(
  entry: FileSystemEntry,
  folders: readonly string[],
  found: OfferedFile[],
): Promise<void> {
  if (isEnough(found)) return;
  const path = [...folders, entry.name];
  if (isFile(entry)) {
    found.push({ path, file: await new Promise<File>((resolve, reject) => entry.file(resolve, reject)) });
  } else if (isFolder(entry)) {
    let isEmpty = true;
    if (path.length <= MAX_PATH_PARTS) {
      const reader = entry.createReader();
      // A browser tells a hundred at a time.
      for (let inside = await next(reader); inside.length > 0; inside = await next(reader)) {
        isEmpty = false;
        for (const one of inside) await gather(one, path, found);
      }
    }
    if (isEmpty) found.push(emptyFolder(path));
  }
}

/** Also stands for a folder that lies too deep to be looked into: its path says so by its length. */
function emptyFolder(path: readonly string[]): OfferedFile {
  return { path, file: new Blob(), isFolder: true };
}

/** One more than may be sent by one is known to be too much. */
function isEnough(found: readonly OfferedFile[]): boolean {
  return found.length > MAX_FILES_PER_TRANSFER;
}

function next(reader: FileSystemDirectoryReader): Promise<FileSystemEntry[]> {
  return new Promise((resolve, reject) => reader.readEntries(resolve, reject));
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}
