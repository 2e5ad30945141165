import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { expect, type Locator, type Page } from "@playwright/test";

export interface StoredFile {
  readonly size: number;
  readonly sha256: string;
}

export function hashOf(bytes: Uint8Array): StoredFile {
  return { size: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") };
}

/** What a page's disk does, for the story to decide: see {@link FileExchange.holdDisk}. */
interface Disk {
  isHeld: boolean;
  readonly waiting: (() => void)[];
}
type PageWithDisk = Window & { disk?: Disk };

/**
 * Somebody who sends and receives files on a page of a session. The browser's dialogs cannot be driven: a folder of its private storage
 * stands for the one that a person would pick, and goes through the same interface.
 */
export class FileExchange {
  readonly page: Page;

  private constructor(page: Page) {
    this.page = page;
  }

  /** A browser that saves into folders. To be called before the page is loaded. */
  static async withFolder(page: Page): Promise<FileExchange> {
    await giveHoldableDisk(page);
    await page.addInitScript(() => {
      window.showSaveFilePicker = undefined;
      window.showDirectoryPicker = async () => {
        const name = document.documentElement.dataset.picks ?? "picked";
        const root = await navigator.storage.getDirectory();
        return await root.getDirectoryHandle(name, { create: true });
      };
    });
    return new FileExchange(page);
  }

  /** A browser that can only download. To be called before the page is loaded. */
  static async withDownloads(page: Page): Promise<FileExchange> {
    await giveHoldableDisk(page);
    await page.addInitScript(() => {
      window.showSaveFilePicker = undefined;
      window.showDirectoryPicker = undefined;
    });
    return new FileExchange(page);
  }

  /** @param files paths on this machine, or contents with names */
  async send(files: string | string[] | { name: string; mimeType: string; buffer: Buffer }[]): Promise<void> {
    await this.#field("Send files").setInputFiles(files);
  }

  async sendFolder(folder: string): Promise<void> {
    await this.#field("Send a folder").setInputFiles(folder);
  }

  /** Picks a folder in which there is one file and one empty folder, for browsers that save into folders. */
  async sendPickedFolder(name: string): Promise<void> {
    await this.page.evaluate(async (picked) => {
      document.documentElement.dataset.picks = picked;
      const root = await navigator.storage.getDirectory();
      const folder = await root.getDirectoryHandle(picked, { create: true });
      await folder.getDirectoryHandle("nothing", { create: true });
      const writable = await (await folder.getFileHandle("something", { create: true })).createWritable();
      await writable.write("something");
      await writable.close();
    }, name);
    await this.page.getByRole("button", { name: "Send a folder" }).click();
    await this.page.evaluate(() => delete document.documentElement.dataset.picks);
  }

  /** Drops files and folders of this machine on the page. */
  async drop(...files: string[]): Promise<void> {
    const devtools = await this.page.context().newCDPSession(this.page);
    const data = { items: [], files, dragOperationsMask: 1 };
    for (const type of ["dragEnter", "dragOver", "drop"] as const) {
      await devtools.send("Input.dispatchDragEvent", { type, x: 200, y: 200, data });
    }
    await devtools.detach();
  }

  /** What the other side wants to send: a question to the customer, a part of the operator's panel. */
  get offer(): Locator {
    const name = /wants to send you/;
    return this.page.getByRole("region", { name }).or(this.page.getByRole("dialog", { name }));
  }

  async save(): Promise<void> {
    await this.offer.getByRole("button", { name: /^Save files?$/ }).click();
  }

  /** The newest transfer that is not an offer. */
  get newest(): Locator {
    return this.page.getByRole("list", { name: "Transfers" }).getByRole("listitem").first();
  }

  async expectNewest(text: string | RegExp): Promise<void> {
    await expect(this.newest).toContainText(text, { timeout: 30_000 });
  }

  /** Waits until so much of the newest transfer has moved, and not all of it. @returns how much, in percent */
  async percentFrom(least: number): Promise<number> {
    const bar = this.newest.getByRole("progressbar");
    await expect
      .poll(async () => Number(await bar.getAttribute("aria-valuenow")), { intervals: [50] })
      .toBeGreaterThanOrEqual(least);
    return Number(await bar.getAttribute("aria-valuenow"));
  }

  /**
   * From now on the disk takes nothing of large files: what is being received stands still in the middle, with all that is under way
   * behind it, for as long as the story needs and on any machine.
   */
  async holdDisk(): Promise<void> {
    await this.page.evaluate(() => {
      const { disk }: PageWithDisk = window;
      if (disk) disk.isHeld = true;
    });
  }

  /** The disk takes what waits for it now, and holds what comes next. */
  async letDiskTakeOne(): Promise<void> {
    await this.page.waitForFunction(() => {
      const { disk }: PageWithDisk = window;
      const next = disk?.waiting.shift();
      next?.();
      return next !== undefined;
    });
  }

  async letDiskGo(): Promise<void> {
    await this.page.evaluate(() => {
      const { disk }: PageWithDisk = window;
      if (!disk) return;
      disk.isHeld = false;
      for (const next of disk.waiting.splice(0)) next();
    });
  }

  /** Every value that the newest transfer's progress has from now on. @returns reads them */
  async recordProgress(): Promise<() => Promise<number[]>> {
    const seen = await this.newest.evaluateHandle((item) => {
      const values: number[] = [];
      const read = () => {
        const value = item.querySelector("[role=progressbar]")?.getAttribute("aria-valuenow");
        if (value != null) values.push(Number(value));
      };
      read();
      new MutationObserver(read).observe(item, { subtree: true, childList: true, attributes: true });
      return values;
    });
    return () => seen.jsonValue();
  }

  /** Waits until a page that is loaded again would find so many files of a transfer in their place. */
  async expectRemembered(files: number): Promise<void> {
    const remembered = () =>
      this.page.evaluate(async (sha256Bytes) => {
        const answer = <T>(request: IDBRequest<T>) =>
          new Promise<T>((resolve, reject) => {
            request.onsuccess = () => resolve(request.result);
            request.onerror = () => reject(request.error);
          });
        const all = await indexedDB.databases();
        if (!all.some(({ name }) => name === "madoguchi-files")) return [];
        const database = await answer(indexedDB.open("madoguchi-files"));
        const progress: { hashes: Uint8Array }[] = await answer(
          database.transaction("progress").objectStore("progress").getAll(),
        );
        database.close();
        return progress.map(({ hashes }) => hashes.length / sha256Bytes);
      }, SHA256_BYTES);
    await expect.poll(remembered).toEqual([files]);
  }

  /**
   * What has been saved into the folder, by its path; an empty folder with a slash at its end.
   *
   * @param start of the names that are looked for: reading and hashing all of it takes a browser seconds
   */
  async saved(start = ""): Promise<Map<string, StoredFile>> {
    const found = await this.page.evaluate(async (wanted) => {
      const files: [string, { size: number; sha256: string }][] = [];
      const visit = async (folder: FileSystemDirectoryHandle, path: string) => {
        for await (const [name, handle] of folder.entries()) {
          if (path === "" && !name.startsWith(wanted)) continue;
          if (handle.kind === "directory") {
            const before = files.length;
            await visit(handle, `${path}${name}/`);
            if (files.length === before) files.push([`${path}${name}/`, { size: 0, sha256: "" }]);
            continue;
          }
          // Removed since it was listed: it is not there.
          const bytes = await handle
            .getFile()
            .then((file) => file.arrayBuffer())
            .catch(() => null);
          if (!bytes) continue;
          const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
          const sha256 = [...hash].map((byte) => byte.toString(16).padStart(2, "0")).join("");
          files.push([`${path}${name}`, { size: bytes.byteLength, sha256 }]);
        }
      };
      const root = await navigator.storage.getDirectory();
      await visit(await root.getDirectoryHandle("picked", { create: true }), "");
      return files;
    }, start);
    return new Map(found);
  }

  /** What the browser downloads next. */
  async download(start: () => Promise<void>): Promise<{ name: string; bytes: Buffer }> {
    const [download] = await Promise.all([this.page.waitForEvent("download", { timeout: 60_000 }), start()]);
    return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
  }

  /** Beside each button is a field that it opens, which nobody sees. */
  #field(label: string): Locator {
    return this.page.locator(`input[type=file][aria-label="${label}"]`);
  }
}

const SHA256_BYTES = 32;
/** A write of so many bytes is one of a large file's: small ones are written at once, whatever is held. */
const LARGE_WRITE_BYTES = 2 ** 20;

/** Lets the story decide when what a page receives gets to the disk. To be called before the page is loaded. */
async function giveHoldableDisk(page: Page): Promise<void> {
  await page.addInitScript((largeWriteBytes) => {
    const disk: Disk = { isHeld: false, waiting: [] };
    Object.assign(window, { disk });
    const { write } = FileSystemWritableFileStream.prototype;
    FileSystemWritableFileStream.prototype.write = async function (data) {
      const isLarge = ArrayBuffer.isView(data) && data.byteLength >= largeWriteBytes;
      if (disk.isHeld && isLarge) await new Promise<void>((resolve) => disk.waiting.push(resolve));
      await write.call(this, data);
    };
  }, LARGE_WRITE_BYTES);
}
