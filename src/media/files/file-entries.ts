import {
  type FileEntry,
  MAX_FILE_BYTES,
  MAX_FILES_PER_TRANSFER,
  MAX_PATH_LENGTH,
  MAX_PATH_PARTS,
  MAX_PATHS_LENGTH,
} from "@/protocol/file-transfer";
import type { FileView } from "./files-state";
import { harmlessPaths, isProgram } from "./harmless-names";

/** A file that somebody wants to send, with the folders that lead to it. */
export interface OfferedFile {
  readonly path: readonly string[];
  /** Without bytes for a folder. */
  readonly file: Blob;
  /** An empty folder: all that is known of it is that it is there. */
  readonly isFolder?: boolean;
}

/** Why a batch cannot be sent at all. */
export type OfferRefusal = "empty" | "tooMany" | "tooLarge" | "tooDeep";

/** Whether a batch keeps to the limits of the protocol; null: it does. */
export function refusalOf(files: readonly OfferedFile[]): OfferRefusal | null {
  if (files.length === 0) return "empty";
  if (files.length > MAX_FILES_PER_TRANSFER) return "tooMany";
  if (files.some(({ file }) => file.size > MAX_FILE_BYTES)) return "tooLarge";
  const lengths = files.map(({ path }) => path.reduce((length, part) => length + part.length, 0));
  if (files.some(({ path }) => path.length > MAX_PATH_PARTS)) return "tooDeep";
  if (lengths.some((length) => length > MAX_PATH_LENGTH)) return "tooDeep";
  return lengths.reduce((sum, length) => sum + length, 0) > MAX_PATHS_LENGTH ? "tooMany" : null;
}

/** How a batch is listed to the other side. */
export function entriesOf(files: readonly OfferedFile[]): FileEntry[] {
  return files.map(({ path, file, isFolder }) => ({
    path: [...path],
    size: file.size,
    ...(isFolder && { isFolder: true as const }),
  }));
}

/** How a batch is shown, on both sides alike. */
export function viewsOf(entries: readonly FileEntry[]): readonly FileView[] {
  const paths = harmlessPaths(entries);
  return entries.map(({ size, isFolder = false }, at) => {
    const path = paths[at] ?? [];
    return { name: path.join("/"), size, isFolder, isProgram: !isFolder && isProgram(path.at(-1) ?? "") };
  });
}
