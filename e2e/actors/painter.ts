import { type Browser, chromium, type Page } from "@playwright/test";
import { baseFlags, findChromium } from "../fixtures/chromium";
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
      args: [...baseFlags, "--ozone-platform=x11", "--window-position=920,0", "--window-size=360,780"],
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

  /** Fills the window with 12 px text that is scrolled all the time, or takes it away; a strip in the middle stays for the colour. */
  async scrollText(isOn: boolean): Promise<void> {
    await this.#page.setContent(isOn ? scrolledText : "");
    // A new document has no colour.
    await this.paint("rgb(0, 0, 0)");
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

/** Two columns of it, above and below the strip; the words repeat with a period that no codec can use. */
const words = "the window of a colleague shows what the customer sees and where the pointer is now".split(
  " ",
);
const text = Array.from({ length: 1_600 }, (_, n) => words[(n * 7 + Math.floor(n / 11)) % words.length]).join(
  " ",
);
const scrolledText = `<style>
  @keyframes scroll { to { transform: translateY(-1200px) } }
  div { position: fixed; left: 0; right: 0; overflow: hidden; background: white; font: 12px/1.5 sans-serif }
  p { margin: 0; animation: scroll 5s linear infinite alternate }
</style>
<div style="top: 0; height: 320px"><p>${text}</div><div style="top: 500px; bottom: 0"><p>${text}</div>`;
