import { type BrowserContext, expect, type Locator, type Page } from "@playwright/test";
import type { Stack } from "../fixtures/stack";
import { openSignedIn } from "./kept-sign-ins";
import { type PictureBox, pictureBox, pixelAt } from "./picture";
import { keepProviderAuthenticator, openProviderAuthenticator } from "./provider-authenticator";
import { RemoteControl } from "./remote-control";
import { keepRecoveryCodes, secondStepWords, setUpAuthenticator } from "./second-step";

/** The names of the things an operator presses, in the language of the test. */
const words = {
  en: {
    companyCode: "Company code",
    id: "ID",
    password: "Password",
    signIn: "Sign in",
    ready: "Ready",
    issue: "Issue reception number",
    number: "Reception number",
    accept: "Accept",
    decline: "Decline",
    screen: "Remote screen",
    pointer: "Pointer",
    pen: "Pen",
    end: "End session",
    message: "Message",
    send: "Send",
    requestControl: "Request control",
    withdraw: "Withdraw request",
    control: "Control",
    controlling: "Controlling",
    device: "Device",
    customersMouse: "The customer is using the mouse.",
    specialKeys: "Special keys",
    monitor: "Monitor",
    clipboard: "Clipboard",
    requestClipboard: "Request the clipboard",
    sendClipboard: "Send my clipboard",
    getClipboard: "Get the customer's",
    followClipboard: "Keep both the same",
  },
  ja: {
    companyCode: "企業コード",
    id: "ID",
    password: "パスワード",
    signIn: "サインイン",
    ready: "受付可能",
    issue: "受付番号を発行",
    number: "受付番号",
    accept: "応答",
    decline: "辞退",
    screen: "共有画面",
    pointer: "ポインター",
    pen: "ペン",
    end: "セッションを終了",
    message: "メッセージ",
    send: "送信",
    requestControl: "操作を依頼",
    withdraw: "依頼を取り消す",
    control: "操作",
    controlling: "操作中",
    device: "端末",
    customersMouse: "お客様がマウスを使っています。",
    specialKeys: "特殊キー",
    monitor: "モニター",
    clipboard: "クリップボード",
    requestClipboard: "クリップボードの利用を依頼",
    sendClipboard: "こちらの文字を送る",
    getClipboard: "お客様の文字を受け取る",
    followClipboard: "常に同じ内容にする",
  },
} as const;

/** Somebody at the support desk, with a browser of their own. */
export class Operator {
  readonly page: Page;
  readonly #stack: Stack;
  readonly #language: "en" | "ja";
  readonly words: (typeof words)[keyof typeof words];
  /** Mouse and keyboard of the customer's machine. */
  readonly control: RemoteControl;

  constructor(page: Page, stack: Stack, language: "en" | "ja" = "en") {
    this.page = page;
    this.#stack = stack;
    this.#language = language;
    this.words = words[language];
    this.control = new RemoteControl(this);
  }

  static async open(context: BrowserContext, stack: Stack, language: "en" | "ja" = "en"): Promise<Operator> {
    return new Operator(await context.newPage(), stack, language);
  }

  /**
   * Opens the console, signed in: the first time of a person by the form, in each language, later as somebody who has not signed out.
   *
   * @param of another company than the demo's
   */
  async signIn(id = "operator", of?: { companyCode: string; password: string }): Promise<void> {
    const person = [this.#stack.url, this.#language, of?.companyCode, id].join(" ");
    await openSignedIn(this.page, `${this.#stack.url}/console`, person, () => this.#fillSignIn(id, of));
    // Keys work from the moment that the page listens to the server.
    await expect(this.page.getByText(this.words.ready, { exact: true })).toBeVisible();
  }

  async #fillSignIn(id: string, of?: { companyCode: string; password: string }): Promise<void> {
    await this.page.goto(`${this.#stack.url}/signin`);
    await this.page.getByRole("textbox", { name: this.words.companyCode }).fill(of?.companyCode ?? "demo");
    await this.page.getByRole("textbox", { name: this.words.id, exact: true }).fill(id);
    await this.page
      .getByLabel(this.words.password, { exact: true })
      .fill(of?.password ?? this.#stack.password);
    await this.page.getByRole("button", { name: this.words.signIn, exact: true }).click();
  }

  /** Signs in as the provider, who belongs to no company; the first time, the authenticator app is set up. */
  async signInAsProvider(): Promise<void> {
    const words = secondStepWords[this.#language];
    await this.page.goto(`${this.#stack.url}/signin/provider`);
    await this.page.getByRole("textbox", { name: this.words.id, exact: true }).fill("provider");
    await this.page.getByLabel(this.words.password, { exact: true }).fill(this.#stack.password);
    await this.page.getByRole("button", { name: this.words.signIn, exact: true }).click();
    const known = await openProviderAuthenticator(this.#stack);
    if (known === null) {
      await expect(this.page.getByRole("heading", { name: words.setUp })).toBeVisible();
      const app = await setUpAuthenticator(this.page, words);
      await keepProviderAuthenticator(this.#stack, app);
      await keepRecoveryCodes(this.page, words);
    } else {
      await expect(this.page.getByRole("heading", { name: words.heading })).toBeVisible();
      const code = await known.nextCode();
      await keepProviderAuthenticator(this.#stack, known);
      await this.page.getByRole("textbox", { name: words.code }).fill(code);
    }
    await expect(this.page).toHaveURL(`${this.#stack.url}/provider`);
  }

  get requestControlButton(): Locator {
    return this.page.getByRole("button", { name: this.words.requestControl, exact: true });
  }

  /** Asks the customer for mouse and keyboard; the answer is the customer's. */
  async requestControl(): Promise<void> {
    await this.requestControlButton.click();
    await expect(this.page.getByRole("button", { name: this.words.withdraw, exact: true })).toBeVisible();
  }

  /** @returns the six digits that are read out to the customer */
  async issueReceptionNumber(): Promise<string> {
    const status = this.receptionNumber;
    const before = (await status.count()) > 0 ? ((await status.first().textContent()) ?? "") : "";
    await this.page.getByRole("button", { name: this.words.issue }).first().click();
    await expect(status).toHaveText(/[1-9]\d{2}\s?\d{3}/u);
    if (before !== "") await expect(status).not.toHaveText(before);
    return ((await status.textContent()) ?? "").replace(/\D/g, "");
  }

  get receptionNumber(): Locator {
    return this.page.getByRole("status", { name: this.words.number });
  }

  /** Accepts the waiting customer and arrives at the session's page. */
  async accept(): Promise<void> {
    await this.page.getByRole("button", { name: this.words.accept, exact: true }).first().click();
    await expect(this.page).toHaveURL(/\/console\/sessions\/[0-9a-f-]+$/);
  }

  get screen(): Locator {
    return this.page.getByLabel(this.words.screen, { exact: true });
  }

  /** Waits until frames are really decoded and shown. */
  async expectRemoteScreenPlaying(): Promise<void> {
    await expect(this.screen).toBeVisible();
    await expect
      .poll(
        async () =>
          await this.screen.evaluate((video: HTMLVideoElement) => video.readyState >= 2 && video.videoWidth),
      )
      .toBeGreaterThan(0);
  }

  /** Names the stream that is shown; another one has another name. */
  async streamId(): Promise<string | null> {
    return await this.screen.evaluate((video: HTMLVideoElement) =>
      video.srcObject instanceof MediaStream ? video.srcObject.id : null,
    );
  }

  /** Where the picture is inside the window, letterboxes taken off. */
  async picture(): Promise<PictureBox> {
    return await pictureBox(this.screen);
  }

  /** The colour of the received picture at a fraction of its size, as [r, g, b]. */
  async colorAt(x: number, y: number): Promise<[number, number, number]> {
    return await pixelAt(this.screen, x, y);
  }

  async choose(tool: "pointer" | "pen"): Promise<void> {
    const button = this.page.getByRole("button", { name: this.words[tool], exact: true });
    if ((await button.getAttribute("aria-pressed")) !== "true") await button.click();
    await expect(button).toHaveAttribute("aria-pressed", "true");
  }

  /** Moves the mouse to a fraction of the picture. */
  async pointAt(x: number, y: number): Promise<void> {
    const box = await this.picture();
    await this.page.mouse.move(box.left + x * box.width, box.top + y * box.height, { steps: 4 });
  }

  async say(text: string): Promise<void> {
    await this.page.getByRole("textbox", { name: this.words.message }).fill(text);
    await this.page.getByRole("button", { name: this.words.send, exact: true }).click();
  }

  async endSession(): Promise<void> {
    await this.page.getByRole("button", { name: this.words.end }).first().click();
    await this.page.getByRole("alertdialog").getByRole("button", { name: this.words.end }).click();
  }
}
