import type { NamedEntry } from "./harmless-names";
import { type KeptPart, removeLeftParts, removePart } from "./kept-part";

/** A place that outlives the page: a browser remembers it, and asks the person again before it is written to. */
export type KeptPlace =
  | {
      readonly kind: "folder";
      readonly root: FileSystemDirectoryHandle;
      /** With the paths that they have there. */
      readonly entries: readonly NamedEntry[];
    }
  | { readonly kind: "file"; readonly handle: FileSystemFileHandle };

/** A batch on its way in, as the next page needs to know it. */
export interface KeptReceipt {
  readonly transferId: string;
  readonly place: KeptPlace;
  /** Of the list of its files, by which it is known again: names that a person has agreed to are not changed afterwards. */
  readonly listing: string;
  /** Of the files that are stored, from the first one on; null for one that could not be read at the sender. */
  readonly hashes: readonly (Uint8Array | null)[];
  /** Of the file after those. */
  readonly part: KeptPart | null;
}

/** What outlives a page that is loaded again. Nothing here ever fails: what is not kept begins anew. */
export interface KeptReceipts {
  find(transferId: string): Promise<KeptReceipt | null>;
  /** The place and the listing of a transfer are the same each time. */
  keep(receipt: KeptReceipt): Promise<void>;
  /** And what there is of the file that was not complete. */
  forget(transferId: string): Promise<void>;
}

const DATABASE = "madoguchi-files";
const VERSION = 2;
/** Written once: the list of a large batch takes a browser a while. */
const PLACES = "places";
/** Written again and again. */
const PROGRESS = "progress";
/** No transfer takes that long; what is older was left by a page that never came back. */
const KEPT_MS = 24 * 60 * 60 * 1_000;
const HASH_BYTES = 32;

interface StoredPlace extends Pick<KeptReceipt, "transferId" | "place" | "listing"> {
  readonly keptAtMs: number;
}

interface StoredProgress extends Pick<KeptReceipt, "transferId" | "part"> {
  /** One after the other; zeros for none. */
  readonly hashes: Uint8Array;
}

/** In the browser's database: handles of files and folders can be stored nowhere else. */
export class BrowserReceipts implements KeptReceipts {
  #database: Promise<IDBDatabase> | null = null;
  /** By transfer: those whose place this page has written. */
  readonly #placed = new Set<string>();

  constructor() {
    void removeLeftParts();
  }

  async find(transferId: string): Promise<KeptReceipt | null> {
    return await this.#with(null, async (places, progress) => {
      const all: StoredPlace[] = await answer(places.getAll());
      for (const { transferId: id, keptAtMs } of all) {
        if (Date.now() - keptAtMs <= KEPT_MS) continue;
        places.delete(id);
        progress.delete(id);
      }
      const found: StoredProgress | undefined = await answer(progress.get(transferId));
      const place = all.find((one) => one.transferId === transferId);
      return place && found ? { ...place, part: found.part, hashes: unpacked(found.hashes) } : null;
    });
  }

  async keep({ transferId, place, listing, hashes, part }: KeptReceipt): Promise<void> {
    await this.#with(undefined, async (places, progress) => {
      if (!this.#placed.has(transferId)) {
        const stored: StoredPlace = { transferId, place, listing, keptAtMs: Date.now() };
        await answer(places.put(stored));
        this.#placed.add(transferId);
      }
      const stored: StoredProgress = { transferId, part, hashes: packed(hashes) };
      await answer(progress.put(stored));
    });
  }

  async forget(transferId: string): Promise<void> {
    this.#placed.delete(transferId);
    const part = await this.#with(null, async (places, progress) => {
      const found: StoredProgress | undefined = await answer(progress.get(transferId));
      places.delete(transferId);
      await answer(progress.delete(transferId));
      return found?.part ?? null;
    });
    if (part) await removePart(part.folder);
  }

  async #with<T>(
    otherwise: T,
    work: (places: IDBObjectStore, progress: IDBObjectStore) => Promise<T>,
  ): Promise<T> {
    try {
      this.#database ??= open();
      const transaction = (await this.#database).transaction([PLACES, PROGRESS], "readwrite");
      return await work(transaction.objectStore(PLACES), transaction.objectStore(PROGRESS));
    } catch (error) {
      // Private windows may have no database: then a page that is loaded again begins anew.
      console.warn("What is under way could not be remembered.", error);
      return otherwise;
    }
  }
}

function packed(hashes: readonly (Uint8Array | null)[]): Uint8Array {
  const bytes = new Uint8Array(hashes.length * HASH_BYTES);
  for (const [at, hash] of hashes.entries()) if (hash) bytes.set(hash, at * HASH_BYTES);
  return bytes;
}

function unpacked(bytes: Uint8Array): (Uint8Array | null)[] {
  return Array.from({ length: bytes.length / HASH_BYTES }, (_, at) => {
    const hash = bytes.slice(at * HASH_BYTES, (at + 1) * HASH_BYTES);
    return hash.some((byte) => byte !== 0) ? hash : null;
  });
}

async function open(): Promise<IDBDatabase> {
  const request = indexedDB.open(DATABASE, VERSION);
  request.onupgradeneeded = () => {
    const { result } = request;
    // Of another version of this page: what it has begun begins anew.
    for (const name of [...result.objectStoreNames]) result.deleteObjectStore(name);
    for (const name of [PLACES, PROGRESS]) result.createObjectStore(name, { keyPath: "transferId" });
  };
  const database = await answer(request);
  // A newer version of this page, in another tab, needs it; what is under way here is not remembered then.
  database.onversionchange = () => database.close();
  return database;
}

function answer<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
