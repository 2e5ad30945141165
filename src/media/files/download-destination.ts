import type { Destination, Download, FileSink } from "./destination";
import type { DownloadTarget } from "./download-target";
import { harmlessName, harmlessPaths, type NamedEntry } from "./harmless-names";
import { centralDirectory, crc32, localHeader, type ZipEntry } from "./zip";

/** How long what was saved stays within reach after the page has no more use for it: the browser may still be copying it. */
const KEPT_MS = 60_000;

/** For browsers that cannot write where a person wants: they save a single file, or several in an archive, as a download. */
export class DownloadDestination implements Destination {
  /** What a browser downloads is the page's until it is saved. */
  readonly kept = null;
  readonly filesAtOnce = 1;
  readonly #target: DownloadTarget;
  readonly #paths: readonly (readonly string[])[];
  readonly #isFolder: readonly boolean[];
  readonly #sizes: readonly number[];
  readonly #now = new Date();
  readonly #entries: ZipEntry[] = [];
  #length = 0;
  #url: string | null = null;

  /** @param files as the sender names them, with their sizes */
  constructor(target: DownloadTarget, files: readonly (NamedEntry & { readonly size: number })[]) {
    this.#target = target;
    this.#paths = harmlessPaths(files);
    this.#isFolder = files.map(({ isFolder = false }) => isFolder);
    this.#sizes = files.map(({ size }) => size);
  }

  async open(file: number): Promise<FileSink> {
    const path = `${(this.#paths[file] ?? []).join("/")}${this.#isFolder[file] ? "/" : ""}`;
    if (!this.#isArchive) return this.#plainSink();
    return this.#archiveSink({ path, size: this.#sizes[file] ?? 0 });
  }

  async finish(): Promise<Download> {
    if (this.#isArchive) await this.#write(centralDirectory(this.#entries, this.#length, this.#now));
    this.#url = URL.createObjectURL(await this.#target.finish());
    return { url: this.#url, name: this.#name() };
  }

  async discard(): Promise<void> {
    const url = this.#url;
    if (url === null) {
      await this.#target.discard();
      return;
    }
    this.#url = null;
    setTimeout(() => {
      URL.revokeObjectURL(url);
      void this.#target.discard();
    }, KEPT_MS);
  }

  get #isArchive(): boolean {
    return this.#paths.length > 1 || this.#isFolder[0] === true;
  }

  /** A file's own name; an archive is called like the folder that everything is in. */
  #name(): string {
    const [first = []] = this.#paths;
    if (!this.#isArchive) return first.at(-1) ?? "";
    const isOneFolder =
      (first.length > 1 || this.#isFolder[0] === true) && this.#paths.every((path) => path[0] === first[0]);
    return harmlessName(`${isOneFolder ? first[0] : "files"}.zip`);
  }

  async #write(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    this.#length += bytes.length;
    await this.#target.write(bytes);
  }

  async #cutTo(length: number): Promise<void> {
    this.#length = length;
    await this.#target.truncate(length).catch(() => {
      // A target that has failed is of no use any more, and the next write says so.
    });
  }

  #plainSink(): FileSink {
    return {
      write: (bytes) => this.#write(bytes),
      close: async () => {},
      abort: () => this.#cutTo(0),
    };
  }

  /** The checksum stands before the bytes: small files wait for it, larger ones get theirs afterwards. */
  #archiveSink({ path, size }: { path: string; size: number }): FileSink {
    const at = this.#length;
    let crc = 0;
    let first: Uint8Array<ArrayBuffer> | null = null;
    let hasHeader = false;
    const begin = async () => {
      const header = localHeader({ path, size, crc32: crc }, this.#now);
      const bytes = new Uint8Array(header.length + (first?.length ?? 0));
      bytes.set(header);
      if (first) bytes.set(first, header.length);
      first = null;
      await this.#write(bytes);
    };
    return {
      write: async (bytes) => {
        crc = crc32(bytes, crc);
        if (!hasHeader && first === null) {
          first = bytes;
          return;
        }
        if (!hasHeader) await begin();
        hasHeader = true;
        await this.#write(bytes);
      },
      close: async () => {
        if (hasHeader) await this.#target.patch(at, localHeader({ path, size, crc32: crc }, this.#now));
        else await begin();
        this.#entries.push({ path, size, at, crc32: crc });
      },
      abort: () => this.#cutTo(at),
    };
  }
}
