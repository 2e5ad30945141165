import { expect, type Locator } from "@playwright/test";
import type { Operator } from "./operator";

const words = {
  en: {
    watching: "You are watching",
    watch: /^Watch: /,
    leave: "Leave",
    end: "End session",
    endOf: /^End session: /,
  },
  ja: {
    watching: "閲覧中",
    watch: /^閲覧：/,
    leave: "退出",
    end: "セッションを終了",
    endOf: /^終了：/,
  },
} as const;

/** Somebody who looks after the operators, signed in with a browser of their own. */
export class Supervisor {
  /** The browser, with everything that an operator can do in it. */
  readonly browser: Operator;
  readonly words: (typeof words)[keyof typeof words];

  constructor(browser: Operator, language: "en" | "ja" = "en") {
    this.browser = browser;
    this.words = words[language];
  }

  get page() {
    return this.browser.page;
  }

  async openLive(url: string): Promise<void> {
    await this.page.goto(`${url}/admin/live`);
  }

  /** From the list into the one session that is live. */
  async watch(): Promise<void> {
    await this.page.getByRole("link", { name: this.words.watch }).click();
    await expect(this.page).toHaveURL(/\/admin\/live\/[0-9a-f-]+$/);
    await expect(this.watching).toBeVisible();
    await this.browser.expectRemoteScreenPlaying();
  }

  get watching(): Locator {
    return this.page.getByText(this.words.watching, { exact: true });
  }

  async leave(): Promise<void> {
    await this.page.getByRole("link", { name: this.words.leave, exact: true }).click();
    await expect(this.page).toHaveURL(/\/admin\/live$/);
  }

  async endWatched(): Promise<void> {
    await this.page.getByRole("button", { name: this.words.end, exact: true }).click();
    await this.#confirm();
  }

  async endFromList(): Promise<void> {
    await this.page.getByRole("button", { name: this.words.endOf }).click();
    await this.#confirm();
  }

  async #confirm(): Promise<void> {
    await this.page.getByRole("dialog").getByRole("button", { name: this.words.end, exact: true }).click();
  }
}
