import type { Destination, FileSink } from "./destination";
import { harmlessPaths, type NamedEntry, shortName } from "./harmless-names";
import { bytesOf, type KeptPart, KeptParts } from "./kept-part";
import type { KeptPlace } from "./kept-receipts";

/** Opening and closing a file takes a browser a few milliseconds each, most of them waiting. */
const FILES_AT_ONCE = 8;

/** In bytes of UTF-8: what stands at the top of a folder because its path was too long has a name that is not. */
const MAX_TOP_NAME_BYTES = 80;

/** Batches that go into folders now: what they are about to make is taken as well. */
const underWay = new Set<FolderDestination>();

/** A folder that the receiver has picked. Nothing that is there is overwritten: what collides gets a number. */
export class FolderDestination implements Destination {
  readonly filesAtOnce = FILES_AT_ONCE;
  readonly #entries: readonly NamedEntry[];
  readonly #root: FileSystemDirectoryHandle;
  readonly #folders = new Map<string, Promise<FileSystemDirectoryHandle>>();
  /** What has found no place where it belongs: its name at the top, by its own path. */
  readonly #atTop = new Map<string, string>();
  readonly #parts: KeptParts;

  private constructor(
    root: FileSystemDirectoryHandle,
    entries: readonly NamedEntry[],
    begun: KeptPart | null,
  ) {
    this.#root = root;
    this.#entries = entries;
    this.#parts = new KeptParts(begun);
    underWay.add(this);
  }

  /** @param entries as the sender names them @throws DOMException when the folder cannot be read */
  static async in(
    root: FileSystemDirectoryHandle,
    entries: readonly NamedEntry[],
  ): Promise<FolderDestination> {
    const taken: string[] = [];
    for await (const name of root.keys()) taken.push(name);
    for (const other of underWay) taken.push(...(await other.#namesIn(root)));
    const paths = harmlessPaths(entries, taken);
    return new FolderDestination(
      root,
      entries.map(({ isFolder }, at) => ({ path: paths[at] ?? [], isFolder })),
      null,
    );
  }

  /** The folder that a page before this one has begun to fill. */
  static again(
    { root, entries }: Extract<KeptPlace, { kind: "folder" }>,
    begun: KeptPart | null,
  ): FolderDestination {
    return new FolderDestination(root, entries, begun);
  }

  get kept(): KeptPlace {
    return { kind: "folder", root: this.#root, entries: this.#entries };
  }

  get begun(): KeptPart | null {
    return this.#parts.begun;
  }

  get atTop(): number {
    return this.#atTop.size;
  }

  async open(file: number, size: number, begun: KeptPart | null): Promise<FileSink> {
    const { path = [], isFolder } = this.#entries[file] ?? {};
    if (isFolder)
      return folderSink(() => this.#make(path, async (place) => void (await this.#folder(place))));
    const sink = await this.#make(path, async (place) => {
      const folder = await this.#folder(place.slice(0, -1));
      const handle = await makeFile(folder, place.at(-1) ?? "");
      return await openSink(handle, () => folder.removeEntry(handle.name), begun);
    });
    return await this.#parts.keep(sink, size, begun);
  }

  async finish(): Promise<null> {
    await this.discard();
    return null;
  }

  async discard(): Promise<void> {
    // What is complete has taken its place, and each file that is not goes by itself.
    underWay.delete(this);
    await this.#parts.discard();
  }

  /**
   * Makes something at its place, or else at the top of the folder: a path can be longer than the system takes (260 characters in most of
   * Windows, counted from the drive on), which no page can know before. It would fail at each try and hold up what comes after it.
   *
   * @throws DOMException when neither can be
   */
  async #make<T>(path: readonly string[], make: (place: readonly string[]) => Promise<T>): Promise<T> {
    try {
      return await make(path);
    } catch (error) {
      const name = await this.#claimAtTop(path).catch(() => null);
      if (name === null) throw error;
      return await make([name]).catch(() => {
        this.#atTop.delete(keyOf(path));
        throw error;
      });
    }
  }

  /** @returns null for what would be no shorter there */
  async #claimAtTop(path: readonly string[]): Promise<string | null> {
    const own = path.at(-1) ?? "";
    const name = shortName(own, MAX_TOP_NAME_BYTES);
    if (path.length === 1 && name === own) return null;
    // Tried again after a failure.
    const before = this.#atTop.get(keyOf(path));
    if (before !== undefined) return before;
    const taken: string[] = [];
    for await (const one of this.#root.keys()) taken.push(one);
    for (const other of underWay) taken.push(...(await other.#namesIn(this.#root)));
    // Others of this batch may have come first meanwhile.
    const [[claimed = name] = []] = harmlessPaths([{ path: [name] }], [...taken, ...this.#atTop.values()]);
    this.#atTop.set(keyOf(path), claimed);
    return claimed;
  }

  /** What this batch makes, or will, right in that folder. */
  async #namesIn(folder: FileSystemDirectoryHandle): Promise<string[]> {
    const inside = await this.#root.resolve(folder).catch(() => null);
    if (inside === null) return [];
    const named = this.#entries.flatMap(({ path }) =>
      inside.every((part, at) => path[at] === part) ? path.slice(inside.length, inside.length + 1) : [],
    );
    return inside.length === 0 ? [...named, ...this.#atTop.values()] : named;
  }

  #folder(parts: readonly string[]): Promise<FileSystemDirectoryHandle> {
    const name = parts.at(-1);
    if (name === undefined) return Promise.resolve(this.#root);
    const key = keyOf(parts);
    let folder = this.#folders.get(key);
    if (!folder) {
      folder = this.#folder(parts.slice(0, -1)).then((parent) =>
        parent.getDirectoryHandle(name, { create: true }),
      );
      this.#folders.set(key, folder);
      // Tried again by the next one that needs it.
      folder.catch(() => this.#folders.delete(key));
    }
    return folder;
  }
}

/** One file that the receiver has named and, if there was one already, agreed to replace. */
export class FileDestination implements Destination {
  readonly filesAtOnce = 1;
  readonly #handle: FileSystemFileHandle;
  readonly #parts: KeptParts;
  #isComplete = false;

  /** @param begun what a page before this one has kept of it */
  constructor(handle: FileSystemFileHandle, begun: KeptPart | null = null) {
    this.#handle = handle;
    this.#parts = new KeptParts(begun);
  }

  get kept(): KeptPlace {
    return { kind: "file", handle: this.#handle };
  }

  get begun(): KeptPart | null {
    return this.#parts.begun;
  }

  async open(_file: number, size: number, begun: KeptPart | null): Promise<FileSink> {
    const sink = await openSink(this.#handle, () => this.#removeEmpty(), begun);
    const close = async () => {
      await sink.close();
      this.#isComplete = true;
    };
    return await this.#parts.keep({ ...sink, close }, size, begun);
  }

  async finish(): Promise<null> {
    await this.discard();
    return null;
  }

  async discard(): Promise<void> {
    await this.#parts.discard();
    // It was left out, or never came: an empty file of its name would look as if it had.
    if (!this.#isComplete) await this.#removeEmpty().catch(() => {});
  }

  /** What the picker has made is empty; what was there before is as it was. */
  async #removeEmpty(): Promise<void> {
    if ((await this.#handle.getFile()).size === 0) await removeItself(this.#handle);
  }
}

/** Names have no slashes: see harmless-names.ts. */
function keyOf(path: readonly string[]): string {
  return path.join("/");
}

/** An empty folder is there as soon as it is made. */
function folderSink(make: () => Promise<void>): FileSink {
  return { write: async () => {}, close: make, abort: async () => {} };
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

/**
 * Until it is closed, what is written lies beside the file, and the file is as it was.
 *
 * @param begun what is written to begin with
 */
async function openSink(
  handle: FileSystemFileHandle,
  remove: () => Promise<void>,
  begun: KeptPart | null,
): Promise<FileSink> {
  const writable = await handle.createWritable();
  const sink: FileSink = {
    write: (bytes) => writable.write(bytes),
    close: () => writable.close(),
    abort: async () => {
      await writable.abort().catch(() => {});
      await remove().catch(() => {
        // The folder is gone, or may not be written any more: what is left is an empty file.
      });
    },
  };
  if (!begun) return sink;
  try {
    for await (const bytes of bytesOf(begun)) await writable.write(bytes);
    return sink;
  } catch (error) {
    await sink.abort();
    throw error;
  }
}

/** Not every browser that can save to a file can remove it. */
async function removeItself(handle: FileSystemFileHandle): Promise<void> {
  if ("remove" in handle && typeof handle.remove === "function") await handle.remove();
}
