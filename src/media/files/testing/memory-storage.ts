import { vi } from "vitest";

interface FolderInMemory {
  readonly path: string;
  readonly [method: string]: unknown;
}

/** A browser's private storage, as far as parts of files need it: what is closed outlives whoever wrote it, the rest does not. */
export class MemoryStorage {
  /** By their paths, with a slash at the end of a folder's. */
  readonly files = new Map<string, Uint8Array<ArrayBuffer> | null>();
  quota = 1e12;
  /** Writes fail from now on. */
  isFull = false;
  /** What has a longer path cannot be made. */
  longestPath = Number.POSITIVE_INFINITY;

  /** Becomes the browser's. */
  install(): this {
    vi.stubGlobal("navigator", {
      storage: {
        getDirectory: async () => this.#folder(""),
        estimate: async () => ({ quota: this.quota, usage: 0 }),
      },
    });
    return this;
  }

  /** Paths of all files. */
  get names(): string[] {
    return [...this.files.keys()].filter((path) => !path.endsWith("/"));
  }

  #folder(path: string): FolderInMemory {
    const find = (name: string, create: boolean, made: Uint8Array<ArrayBuffer> | null) => {
      if (this.files.has(`${path}${name}`)) return;
      if (!create || path.length + name.length > this.longestPath) {
        throw new DOMException(name, "NotFoundError");
      }
      this.files.set(`${path}${name}`, made);
    };
    const inside = () => [...this.files.keys()].filter((one) => one.startsWith(path) && one !== path);
    return {
      path,
      // As far as it is asked here: whether it is the same folder.
      resolve: async (other: FolderInMemory) => (other.path === path ? [] : null),
      getDirectoryHandle: async (name: string, { create = false } = {}) => {
        find(`${name}/`, create, null);
        return this.#folder(`${path}${name}/`);
      },
      getFileHandle: async (name: string, { create = false } = {}) => {
        find(name, create, new Uint8Array());
        return this.#file(`${path}${name}`);
      },
      removeEntry: async (name: string) => {
        const gone = inside().filter((one) => one.startsWith(`${path}${name}`));
        if (gone.length === 0) throw new DOMException(name, "NotFoundError");
        for (const one of gone) this.files.delete(one);
      },
      async *keys() {
        const names = inside().map((one) => one.slice(path.length).split("/")[0] ?? "");
        yield* new Set(names);
      },
    };
  }

  #file(path: string) {
    return {
      getFile: async () => new File([this.files.get(path) ?? new Uint8Array()], path),
      createWritable: async () => {
        const pieces: Uint8Array<ArrayBuffer>[] = [];
        return {
          write: async (bytes: Uint8Array<ArrayBuffer>) => {
            if (this.isFull) throw new DOMException("The disk is full.", "QuotaExceededError");
            pieces.push(bytes.slice());
          },
          close: async () => {
            this.files.set(path, new Uint8Array(await new Blob(pieces).arrayBuffer()));
          },
          abort: async () => {},
        };
      },
    };
  }
}
