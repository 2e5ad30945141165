import { type Browser, chromium, type Page } from "@playwright/test";
import { findChromium, storyFlags } from "../fixtures/chromium";
import type { Display } from "../fixtures/display";

/** A program of its own on the customer's display: one window, painted in one colour. */
export class Painter {
  readonly #browser: Browser;
  readonly #page: Page;

  /** Opens the window at the right edge of the display, beside the customer's browser. */
  static async open(display: Display): Promise<Painter> {
    const browser = await chromium.launch({
      headless: false,
      executablePath: findChromium(),
      args: [...storyFlags, "--ozone-platform=x11", "--window-position=920,0", "--window-size=360,780"],
      env: { ...process.env, DISPLAY: display.name },
    });
    const page = await (await browser.newContext({ viewport: null })).newPage();
    return new Painter(browser, page);
  }

  private constructor(browser: Browser, page: Page) {
    this.#browser = browser;
    this.#page = page;
  }

  /** @param color a CSS colour */
  async paint(color: string): Promise<void> {
    await this.#page.evaluate((value) => {
      document.documentElement.style.background = value;
    }, color);
  }

  /** Turns the window from dark to light or back. @returns when, in ms since 1970 on this machine's clock */
  async toggle(): Promise<number> {
    return await this.#page.evaluate(() => {
      const { style } = document.documentElement;
      style.background = style.background.includes("255") ? "rgb(0, 0, 0)" : "rgb(255, 255, 255)";
      return performance.timeOrigin + performance.now();
    });
  }

  async close(): Promise<void> {
    await this.#browser.close();
  }
}
