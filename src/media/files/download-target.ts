/** Something that is written from the beginning to the end and then saved by the browser. Calls come one after another. */
export interface DownloadTarget {
  /** Adds to the end. */
  write(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Writes over what is there. */
  patch(at: number, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Forgets what comes after so many bytes. */
  truncate(length: number): Promise<void>;
  finish(): Promise<Blob>;
  /** Leaves nothing. Never fails. */
  discard(): Promise<void>;
}

/** In the browser's private storage (OPFS), all of it in a folder of ours. */
const FOLDER = "madoguchi-files";
/** What an earlier page did not remove is removed when it is this old: no transfer takes that long. */
const LEFT_AFTER_MS = 24 * 60 * 60 * 1_000;

/** On the disk, in the browser's private storage. */
export class StorageTarget implements DownloadTarget {
  readonly #folder: FileSystemDirectoryHandle;
  readonly #handle: FileSystemFileHandle;
  readonly #writable: FileSystemWritableFileStream;
  #length = 0;

  private constructor(
    folder: FileSystemDirectoryHandle,
    handle: FileSystemFileHandle,
    writable: FileSystemWritableFileStream,
  ) {
    this.#folder = folder;
    this.#handle = handle;
    this.#writable = writable;
  }

  /** @throws DOMException when the browser gives no storage */
  static async open(): Promise<StorageTarget> {
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle(FOLDER, { create: true });
    await removeLeftOver(folder);
    const handle = await folder.getFileHandle(crypto.randomUUID(), { create: true });
    return new StorageTarget(folder, handle, await handle.createWritable());
  }

  async write(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    this.#length += bytes.length;
    await this.#writable.write(bytes);
  }

  async patch(at: number, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    await this.#writable.write({ type: "write", position: at, data: bytes });
    await this.#writable.seek(this.#length);
  }

  async truncate(length: number): Promise<void> {
    this.#length = length;
    await this.#writable.truncate(length);
    await this.#writable.seek(length);
  }

  async finish(): Promise<Blob> {
    await this.#writable.close();
    return await this.#handle.getFile();
  }

  async discard(): Promise<void> {
    await this.#writable.abort().catch(() => {
      // Closed already.
    });
    await this.#folder.removeEntry(this.#handle.name).catch(() => {
      // The browser still copies it: the next page removes it.
    });
  }
}

async function removeLeftOver(folder: FileSystemDirectoryHandle): Promise<void> {
  for await (const handle of folder.values()) {
    if (handle.kind !== "file") continue;
    const { lastModified } = await handle.getFile();
    if (Date.now() - lastModified > LEFT_AFTER_MS) await folder.removeEntry(handle.name);
  }
}

/** In memory, where there is nothing better. */
export class MemoryTarget implements DownloadTarget {
  #pieces: Uint8Array<ArrayBuffer>[] = [];

  async write(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    this.#pieces.push(bytes);
  }

  async patch(at: number, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    let begin = 0;
    for (const piece of this.#pieces) {
      const [from, to] = [Math.max(at, begin), Math.min(at + bytes.length, begin + piece.length)];
      if (from < to) piece.set(bytes.subarray(from - at, to - at), from - begin);
      begin += piece.length;
    }
  }

  async truncate(length: number): Promise<void> {
    let left = length;
    this.#pieces = this.#pieces.flatMap((piece) => {
      const kept = piece.subarray(0, left);
      left -= kept.length;
      return kept.length > 0 ? [kept] : [];
    });
  }

  async finish(): Promise<Blob> {
    return new Blob(this.#pieces);
  }

  async discard(): Promise<void> {
    this.#pieces = [];
  }
}
