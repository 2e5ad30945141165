import { type Download, expect, type Locator, type Page } from "@playwright/test";
import type { Stack } from "../fixtures/stack";

const words = {
  en: {
    number: "Reception number",
    connect: "Connect",
    agree: "Agree and share screen",
    no: "No",
    stop: "Stop sharing",
    message: "Message",
    send: "Send",
    allowControl: "Allow control",
    denyControl: "Deny control",
    tellDevice: /^Also tell .* about this computer$/,
    viewOnly: "View only",
    downloadTool: "Download the Client Tool",
    wholeScreen: "Share entire screen",
    wholeScreenHeading: "Share your entire screen",
    startTool: /^Start the Client Tool/,
    allowClipboard: "Allow clipboard",
  },
  ja: {
    number: "受付番号",
    connect: "接続",
    agree: "同意して画面を共有する",
    no: "共有しない",
    stop: "共有を停止",
    message: "メッセージ",
    send: "送信",
    allowControl: "操作を許可",
    denyControl: "許可しない",
    tellDevice: /^このパソコンの情報も.*に伝える$/,
    viewOnly: "閲覧のみに戻す",
    downloadTool: "クライアントツールをダウンロード",
    wholeScreen: "画面全体を共有する",
    wholeScreenHeading: "画面全体を共有してください",
    startTool: /^クライアントツールを(?:もう一度)?起動してください/,
    allowClipboard: "クリップボードを許可",
  },
} as const;

/** Somebody who needs help, with a browser of their own. */
export class Customer {
  readonly page: Page;
  readonly #stack: Stack;
  readonly #sharesTab: boolean;
  readonly words: (typeof words)[keyof typeof words];

  /** @param sharesTab whether it is a tab that is shared: see {@link comeBack} */
  constructor(page: Page, stack: Stack, language: "en" | "ja" = "en", sharesTab = false) {
    this.page = page;
    this.#stack = stack;
    this.words = words[language];
    this.#sharesTab = sharesTab;
  }

  /**
   * Comes back to the page from the tab that is shared, which a browser brings to the front: only then can somebody press anything, and
   * a page behind it draws once a second.
   */
  async comeBack(): Promise<void> {
    if (this.#sharesTab) await this.page.bringToFront();
  }

  /** Types a number and presses Connect. */
  async enter(number: string): Promise<void> {
    await this.page.goto(this.#stack.url);
    await this.page.getByRole("textbox", { name: this.words.number }).fill(number);
    await this.page.getByRole("button", { name: this.words.connect, exact: true }).click();
  }

  get agreeButton(): Locator {
    return this.page.getByRole("button", { name: this.words.agree });
  }

  get stopButton(): Locator {
    return this.page.getByRole("button", { name: this.words.stop }).first();
  }

  /** Agrees to share; what is shared was chosen by the browser's flags. */
  async agree(): Promise<void> {
    await this.agreeButton.click();
    await expect(this.stopButton).toBeVisible();
  }

  async stop(): Promise<void> {
    await this.comeBack();
    await this.stopButton.click();
  }

  get allowControlButton(): Locator {
    return this.page.getByRole("button", { name: this.words.allowControl, exact: true });
  }

  /** Says yes to the operator's request for control, and to telling about this computer or not. */
  async allowControl({ tellsDevice = false }: { tellsDevice?: boolean } = {}): Promise<void> {
    await this.comeBack();
    if (tellsDevice) await this.page.getByRole("checkbox", { name: this.words.tellDevice }).check();
    await this.allowControlButton.click();
    await expect(this.allowControlButton).toHaveCount(0);
  }

  async denyControl(): Promise<void> {
    await this.comeBack();
    await this.page.getByRole("button", { name: this.words.denyControl, exact: true }).click();
    await expect(this.allowControlButton).toHaveCount(0);
  }

  async allowClipboard(): Promise<void> {
    await this.page.getByRole("button", { name: this.words.allowClipboard, exact: true }).click();
  }

  /** Takes control back and goes on sharing. */
  async viewOnly(): Promise<void> {
    await this.comeBack();
    await this.page.getByRole("button", { name: this.words.viewOnly, exact: true }).first().click();
  }

  /** Presses the download of the Client Tool. @returns the saved file, under the name that carries its pairing */
  async downloadTool(): Promise<Download> {
    const download = this.page.waitForEvent("download");
    await this.page.getByRole("button", { name: this.words.downloadTool, exact: true }).click();
    return await download;
  }

  async say(text: string): Promise<void> {
    await this.comeBack();
    await this.page.getByRole("textbox", { name: this.words.message }).fill(text);
    await this.page.getByRole("button", { name: this.words.send, exact: true }).click();
  }

  /** Where the operator's pointer stands on the customer's own picture, in fractions of its size. */
  async pointerPlace(): Promise<{ x: number; y: number }> {
    const marker = this.page.getByTestId("remote-pointer").first();
    await expect(marker).toBeVisible();
    return await marker.evaluate((element: HTMLElement) => {
      const video = document.querySelector("video");
      if (!video) throw new Error("There is no preview.");
      const frame = video.getBoundingClientRect();
      const scale = Math.min(frame.width / video.videoWidth, frame.height / video.videoHeight);
      const width = video.videoWidth * scale;
      const height = video.videoHeight * scale;
      const tip = element.getBoundingClientRect();
      return {
        x: (tip.left - frame.left - (frame.width - width) / 2) / width,
        y: (tip.top - frame.top - (frame.height - height) / 2) / height,
      };
    });
  }

  /** The first and the last point of the newest pen stroke, in fractions of the picture's size. */
  async lastStrokeEnds(): Promise<{ from: { x: number; y: number }; to: { x: number; y: number } }> {
    const stroke = this.page.getByTestId("annotation").last();
    return await stroke.evaluate((element) => {
      const video = document.querySelector("video");
      const path = element instanceof SVGGeometryElement ? element : element.querySelector("path,polyline");
      if (!video || !(path instanceof SVGGeometryElement))
        throw new Error("There is no drawing on a preview.");
      const frame = video.getBoundingClientRect();
      const scale = Math.min(frame.width / video.videoWidth, frame.height / video.videoHeight);
      const width = video.videoWidth * scale;
      const height = video.videoHeight * scale;
      const matrix = path.getScreenCTM();
      if (!matrix) throw new Error("The drawing is not on the screen.");
      const place = (length: number) => {
        const point = path.getPointAtLength(length).matrixTransform(matrix);
        return {
          x: (point.x - frame.left - (frame.width - width) / 2) / width,
          y: (point.y - frame.top - (frame.height - height) / 2) / height,
        };
      };
      return { from: place(0), to: place(path.getTotalLength()) };
    });
  }
}
