import { expect, type Locator } from "@playwright/test";
import type { Operator } from "./operator";

/** A place on the shared picture: 0,0 is its top left corner and 1,1 its bottom right. */
export interface PictureSpot {
  readonly x: number;
  readonly y: number;
}

/** The operator's hands on the customer's machine: what they do on the picture happens there. Places are fractions of the picture. */
export class RemoteControl {
  readonly #operator: Operator;

  constructor(operator: Operator) {
    this.#operator = operator;
  }

  /** The button of control, pressed while the operator controls. */
  get button(): Locator {
    const { page, words } = this.#operator;
    return page.getByRole("button", { name: words.controlling, exact: true });
  }

  /** It opens the menu of the customer's monitors, and says which one is taken to be shown. */
  get #monitor(): Locator {
    const { page, words } = this.#operator;
    return page.getByRole("button", { name: words.monitor });
  }

  /** Waits until input gets through: the permission is there, and so is the Client Tool. */
  async expectOn(): Promise<void> {
    await expect(this.button).toHaveAttribute("aria-pressed", "true");
    await expect(this.#operator.page.getByTestId("control-surface")).toBeVisible();
  }

  async move({ x, y }: PictureSpot, steps = 4): Promise<void> {
    const box = await this.#operator.picture();
    await this.#operator.page.mouse.move(box.left + x * box.width, box.top + y * box.height, { steps });
  }

  async click(
    x: number,
    y: number,
    { button = "left", count = 1 }: { button?: "left" | "middle" | "right"; count?: number } = {},
  ): Promise<void> {
    await this.move({ x, y });
    for (let clickCount = 1; clickCount <= count; clickCount += 1) {
      await this.#operator.page.mouse.down({ button, clickCount });
      await this.#operator.page.mouse.up({ button, clickCount });
    }
  }

  async drag(from: PictureSpot, to: PictureSpot): Promise<void> {
    await this.move(from);
    await this.#operator.page.mouse.down();
    await this.move(to, 12);
    await this.#operator.page.mouse.up();
  }

  /** @param deltaY CSS pixels, down positive */
  async scroll(spot: PictureSpot, deltaY: number): Promise<void> {
    await this.move(spot);
    await this.#operator.page.mouse.wheel(0, deltaY);
  }

  /** Types on the operator's keyboard: a character that has a key on it by that key, any other as text. */
  async type(text: string): Promise<void> {
    await this.#operator.page.keyboard.type(text);
  }

  /** Presses keys of the operator's keyboard, as `Control+C`. */
  async press(keys: string): Promise<void> {
    await this.#operator.page.keyboard.press(keys);
  }

  /** Writes with an input method: nothing is sent before it is finished. */
  async compose(text: string): Promise<void> {
    const devtools = await this.#operator.page.context().newCDPSession(this.#operator.page);
    await devtools.send("Input.imeSetComposition", {
      text,
      selectionStart: text.length,
      selectionEnd: text.length,
    });
    await devtools.send("Input.insertText", { text });
    await devtools.detach();
  }

  /** Picks a combination from the menu. */
  async combine(name: string): Promise<void> {
    const { page, words } = this.#operator;
    await page.getByRole("button", { name: words.specialKeys, exact: true }).click();
    await page.getByRole("menuitem", { name, exact: true }).click();
  }

  /** Sees which of the customer's monitors the picture is taken to show. */
  async expectMonitor(name: string): Promise<void> {
    await expect(this.#monitor).toHaveAccessibleName(new RegExp(`[:：] ?${name}$`));
  }

  /** Picks which of the customer's monitors the picture shows. */
  async chooseMonitor(name: RegExp): Promise<void> {
    const { page } = this.#operator;
    await this.#monitor.click();
    await page.getByRole("menuitemradio", { name }).click();
    // As long as the menu goes, the page takes no press of a real mouse.
    await expect(page.getByRole("menu")).toHaveCount(0);
    await expect(page.locator("body")).not.toHaveCSS("pointer-events", "none");
  }

  /** Looks on only, or controls again: the operator's own choice. */
  async toggle(): Promise<void> {
    const { page, words } = this.#operator;
    await page
      .getByRole("button", { name: words.controlling, exact: true })
      .or(page.getByRole("button", { name: words.control, exact: true }))
      .click();
  }

  /** Picks from the clipboard's menu. */
  async clipboard(
    action: "requestClipboard" | "sendClipboard" | "getClipboard" | "followClipboard",
  ): Promise<void> {
    const { page, words } = this.#operator;
    await page.getByRole("button", { name: words.clipboard, exact: true }).click();
    await page
      .getByRole(action === "followClipboard" ? "menuitemcheckbox" : "menuitem", {
        name: words[action],
        exact: true,
      })
      .click();
  }
}
