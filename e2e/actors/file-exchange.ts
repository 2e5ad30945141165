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
    await page.addInitScript(() => {
      window.showSaveFilePicker = undefined;
      window.showDirectoryPicker = async () => {
        const root = await navigator.storage.getDirectory();
        return await root.getDirectoryHandle("picked", { create: true });
      };
    });
    return new FileExchange(page);
  }

  /** A browser that can only download. To be called before the page is loaded. */
  static async withDownloads(page: Page): Promise<FileExchange> {
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

  get offer(): Locator {
    return this.page.getByRole("region", { name: /wants to send you/ });
  }

  async save(): Promise<void> {
    await this.offer.getByRole("button", { name: "Save files" }).click();
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

  /** Every value that the newest transfer's progress has from now on. @returns reads them */
  async recordProgress(): Promise<() => Promise<number[]>> {
    const bar = this.newest.getByRole("progressbar");
    const seen = await bar.evaluateHandle((element) => {
      const values = [Number(element.getAttribute("aria-valuenow"))];
      new MutationObserver(() => values.push(Number(element.getAttribute("aria-valuenow")))).observe(
        element,
        {
          attributeFilter: ["aria-valuenow"],
        },
      );
      return values;
    });
    return () => seen.jsonValue();
  }

  /** All that has been saved into the folder, by its path. */
  async saved(): Promise<Map<string, StoredFile>> {
    const found = await this.page.evaluate(async () => {
      const files: [string, { size: number; sha256: string }][] = [];
      const visit = async (folder: FileSystemDirectoryHandle, path: string) => {
        for await (const [name, handle] of folder.entries()) {
          if (handle.kind === "directory") {
            await visit(handle, `${path}${name}/`);
            continue;
          }
          const file = await handle.getFile();
          const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
          const sha256 = [...hash].map((byte) => byte.toString(16).padStart(2, "0")).join("");
          files.push([`${path}${name}`, { size: file.size, sha256 }]);
        }
      };
      const root = await navigator.storage.getDirectory();
      await visit(await root.getDirectoryHandle("picked", { create: true }), "");
      return files;
    });
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
