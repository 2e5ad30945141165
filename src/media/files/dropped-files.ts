import { MAX_FILES_PER_TRANSFER, MAX_PATH_PARTS } from "@/protocol/file-transfer";
import type { OfferedFile } from "./outgoing-transfer";

/**
 * What was dropped on a page, folders with all that is in them. To be called in the event's own turn: browsers forget what was
 * dropped afterwards.
 *
 * @throws DOMException for a folder that cannot be read
 */
export async function droppedFiles({ items }: DataTransfer): Promise<OfferedFile[]> {
  const entries = [...items].flatMap((item) => {
    const entry = item.kind === "file" ? item.webkitGetAsEntry() : null;
    return entry ? [entry] : [];
  });
  const found: OfferedFile[] = [];
  for (const entry of entries) await gather(entry, [], found);
  return found;
}

/** What a field for files or for a folder was given. */
export function chosenFiles(list: FileList): OfferedFile[] {
  return [...list].map((file) => ({
    // Empty for files that were chosen by themselves.
    path: file.webkitRelativePath === "" ? [file.name] : file.webkitRelativePath.split("/"),
    file,
  }));
}

/** Goes on after the last file that may be sent by one, so that it is known to be too much. */
async function gather(
  entry: FileSystemEntry,
  folders: readonly string[],
  found: OfferedFile[],
): Promise<void> {
  if (found.length > MAX_FILES_PER_TRANSFER || folders.length > MAX_PATH_PARTS) return;
  const path = [...folders, entry.name];
  if (isFile(entry)) {
    found.push({ path, file: await new Promise<File>((resolve, reject) => entry.file(resolve, reject)) });
  } else if (isFolder(entry)) {
    const reader = entry.createReader();
    // A browser tells a hundred at a time.
    for (let inside = await next(reader); inside.length > 0; inside = await next(reader)) {
      for (const one of inside) await gather(one, path, found);
    }
  }
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
