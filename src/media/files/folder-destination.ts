import type { Destination, FileSink } from "./destination";
import { harmlessPaths } from "./harmless-names";

/** Opening and closing a file takes a browser a few milliseconds each, most of them waiting. */
const FILES_AT_ONCE = 8;

/** A folder that the receiver has picked. Nothing that is there is overwritten: what collides gets a number. */
export class FolderDestination implements Destination {
  readonly filesAtOnce = FILES_AT_ONCE;
  readonly #paths: readonly (readonly string[])[];
  readonly #root: FileSystemDirectoryHandle;
  readonly #folders = new Map<string, Promise<FileSystemDirectoryHandle>>();

  private constructor(root: FileSystemDirectoryHandle, paths: readonly (readonly string[])[]) {
    this.#root = root;
    this.#paths = paths;
  }

  /** @param paths as the sender names them @throws DOMException when the folder cannot be read */
  static async in(
    root: FileSystemDirectoryHandle,
    paths: readonly (readonly string[])[],
  ): Promise<FolderDestination> {
    const taken: string[] = [];
    for await (const name of root.keys()) taken.push(name);
    return new FolderDestination(root, harmlessPaths(paths, taken));
  }

  async open(file: number): Promise<FileSink> {
    const path = this.#paths[file] ?? [];
    const folder = await this.#folder(path.slice(0, -1));
    const handle = await makeFile(folder, path.at(-1) ?? "");
    return await openSink(handle, () => folder.removeEntry(handle.name));
  }

  async finish(): Promise<null> {
    return null;
  }

  async discard(): Promise<void> {
    // What is complete has taken its place, and each file that is not goes by itself.
  }

  #folder(parts: readonly string[]): Promise<FileSystemDirectoryHandle> {
    const name = parts.at(-1);
    if (name === undefined) return Promise.resolve(this.#root);
    const key = parts.join("/");
    let folder = this.#folders.get(key);
    if (!folder) {
      folder = this.#folder(parts.slice(0, -1)).then((parent) =>
        parent.getDirectoryHandle(name, { create: true }),
      );
      this.#folders.set(key, folder);
    }
    return folder;
  }
}

/** One file that the receiver has named and, if there was one already, agreed to replace. */
export class FileDestination implements Destination {
  readonly filesAtOnce = 1;
  readonly #handle: FileSystemFileHandle;

  constructor(handle: FileSystemFileHandle) {
    this.#handle = handle;
  }

  async open(): Promise<FileSink> {
    return await openSink(this.#handle, async () => {
      // What the picker has made is empty; what was there before is as it was.
      if ((await this.#handle.getFile()).size > 0) return;
      await removeItself(this.#handle);
    });
  }

  async finish(): Promise<null> {
    return null;
  }

  async discard(): Promise<void> {
    // As with a folder.
  }
}

/** Names that a browser refuses although file systems take them (links that run something, for instance) get a mark at their end. */
async function makeFile(folder: FileSystemDirectoryHandle, name: string): Promise<FileSystemFileHandle> {
  try {
    return await folder.getFileHandle(name, { create: true });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return await folder.getFileHandle(`${name}_`, { create: true });
  }
}

/** Until it is closed, what is written lies beside the file, and the file is as it was. */
async function openSink(handle: FileSystemFileHandle, remove: () => Promise<void>): Promise<FileSink> {
  const writable = await handle.createWritable();
  return {
    write: (bytes) => writable.write(bytes),
    close: () => writable.close(),
    abort: async () => {
      await writable.abort().catch(() => {});
      await remove().catch(() => {
        // The folder is gone, or may not be written any more: what is left is an empty file.
      });
    },
  };
}

/** Not every browser that can save to a file can remove it. */
async function removeItself(handle: FileSystemFileHandle): Promise<void> {
  if ("remove" in handle && typeof handle.remove === "function") await handle.remove();
}
