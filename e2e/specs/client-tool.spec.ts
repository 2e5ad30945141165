import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Locator } from "@playwright/test";
import { DesktopProgram, typeOnUsKeyboard } from "../actors/desktop";
import { goLive } from "../actors/go-live";
import { RemoteControl } from "../actors/remote-control";
import { ClientTool, PUBLISH_TIMEOUT_MS, publishClientTool } from "../fixtures/client-tool";
import { expect, test } from "../fixtures/test";

/** xmessage ends with the number that its button has. */
const PRESSED = 7;

test.beforeAll(async ({ stack }) => {
  test.setTimeout(PUBLISH_TIMEOUT_MS);
  await publishClientTool(stack);
});

test("an operator works on the customer's machine", async ({ openOperator, openScreenCustomer }) => {
  test.setTimeout(180_000);
  const operator = await openOperator();
  const { customer, display } = await openScreenCustomer();
  const written = await mkdtemp(join(tmpdir(), "madoguchi-written-"));
  const closing: (() => unknown)[] = [() => rm(written, { recursive: true, force: true })];
  const control = new RemoteControl(operator);
  const spot = (x: number, y: number) => ({ x: x / display.width, y: y / display.height });
  const click = (x: number, y: number) => control.click(spot(x, y).x, spot(x, y).y);

  try {
    await operator.signIn();
    await goLive(operator, customer);
    const tool = await test.step("asks, is allowed, and the real program starts", async () => {
      await operator.requestControl();
      await customer.allowControl({ tellsDevice: true });
      const started = await ClientTool.begun(await customer.downloadTool(), display, closing);
      await control.expectOn();
      return started;
    });

    await test.step("presses a button of a real program", async () => {
      const box = new DesktopProgram(display, "box", "xmessage", [
        ...["-title", "box", "-geometry", "+960+60", "-buttons", `Okay:${PRESSED}`, "Press the button."],
      ]);
      closing.unshift(() => box.close());
      const { x, y, height } = await box.place();
      await click(x + 25, y + height - 16);
      await expect.poll(() => box.exitCode).toBe(PRESSED);
    });

    const terminal = await test.step("drags a window by its title", async () => {
      const one = new DesktopProgram(display, "terminal", "xterm", [
        ...["-u8", "-T", "terminal", "-xrm", "xterm*allowTitleOps: false", "-geometry", "40x8+940+250"],
        ...["-e", "bash", "--norc", "-c", `cd ${written}; exec bash --norc`],
      ]);
      closing.unshift(() => one.close());
      const before = await one.place();
      // The window manager's title bar is right above.
      await control.drag(spot(before.x + 60, before.y - 8), spot(before.x + 40, before.y + 92));
      await expect
        .poll(async () => {
          const { x, y } = await one.place();
          return Math.max(Math.abs(x - (before.x - 20)), Math.abs(y - (before.y + 100)));
        })
        .toBeLessThanOrEqual(3);
      return one;
    });

    await test.step("types into a real terminal, byte for byte", async () => {
      const { x, y } = await terminal.place();
      await click(x + 100, y + 40);
      await typeOnUsKeyboard(operator.page, `echo "Aa_>|~\\" '`);
      await control.compose("漢字");
      await typeOnUsKeyboard(operator.page, "' ");
      await operator.page.keyboard.insertText("🙂");
      await typeOnUsKeyboard(operator.page, `" > file`);
      await operator.page.keyboard.press("Enter");
      await expect
        .poll(() => readFile(join(written, "file"), "utf8").catch(() => ""))
        .toBe(`Aa_>|~" '漢字' 🙂\n`);
    });

    await test.step("scrolls", async () => {
      // The terminal reports its wheel to the program in it (xterm control sequences, modes 1000 and 1006), here one that notes it.
      await operator.page.keyboard.insertText(
        String.raw`stty -icanon; printf '\e[?1000h\e[?1006h'; dd bs=1 count=6 of=wheel`,
      );
      await operator.page.keyboard.press("Enter");
      await expect.poll(() => readdir(written)).toContain("wheel");
      const { x, y } = await terminal.place();
      await control.scroll(spot(x + 100, y + 40), 360);
      // Button 65 is a notch down.
      await expect.poll(() => readFile(join(written, "wheel"), "latin1")).toBe("\u001b[<65;");
    });

    await test.step("the operator sees what the customer agreed to tell of the machine", async () => {
      await operator.page.getByRole("tab", { name: "Device", exact: true }).click();
      await expect(operator.page.getByText(/Linux|Debian/).first()).toBeVisible();
    });

    await test.step("the operator cannot answer what the customer is asked", async () => {
      await control.clipboard("requestClipboard");
      const allow = customer.page.getByRole("button", { name: "Allow clipboard", exact: true });
      await expect(operator.page.getByText("The customer is being asked something.").first()).toBeVisible();
      const { x, y } = await placeOnScreen(allow);
      await click(x, y);
      await customer.page.getByRole("button", { name: "Deny clipboard", exact: true }).click();
      await expect(operator.page.getByText("The customer is being asked something.")).toHaveCount(0);
      await expect(customer.page.getByRole("switch", { name: /clipboard/i })).toHaveCount(0);
    });

    await test.step("nor save what it offers with the customer's mouse", async () => {
      const { page } = operator;
      await page.getByRole("button", { name: "Files", exact: true }).click();
      await page.getByRole("button", { name: "Request files" }).click();
      await customer.page.getByRole("button", { name: "Allow files" }).click();
      const content = { name: "gift.txt", mimeType: "text/plain", buffer: Buffer.from("x") };
      await page.locator('input[type=file][aria-label="Send files"]').setInputFiles(content);
      const save = customer.page.getByRole("button", { name: "Save file", exact: true });
      // A yes counts only when the program has said that nobody else has the mouse.
      await expect(save).toBeEnabled();
      const presses = await customer.page.evaluateHandle(() => {
        const seen: string[] = [];
        addEventListener("pointerdown", ({ target }) => {
          if (target instanceof Element) seen.push(target.textContent ?? "");
        });
        return seen;
      });
      const { x, y } = await placeOnScreen(save);
      await click(x, y);
      await customer.page.getByRole("button", { name: "Decline" }).click();
      await expect(page.getByRole("list", { name: "Transfers" })).toContainText("Declined by the customer");
      expect(await presses.jsonValue()).toEqual(["Decline"]);
    });

    await test.step("the customer's own mouse comes first", async () => {
      await display.xdotool("mousemove", "1200", "700");
      await expect(operator.page.getByText("The customer is using the mouse.").first()).toBeVisible();
      await control.expectOn();
    });

    await test.step("the program killed: both hear of it, and another one takes its place", async () => {
      await tool.kill();
      await expect(customer.page.getByRole("heading", { name: /^Start the Client Tool/ })).toBeVisible();
      const next = await ClientTool.begun(await customer.downloadTool(), display, closing);
      await control.expectOn();

      await test.step("the same file opens nothing a second time", async () => {
        const copy = next.copy();
        copy.start();
        await expect.poll(() => copy.output, { timeout: 20_000 }).toContain("It works once.");
        await copy.stop();
      });

      await test.step("Esc three times ends control", async () => {
        for (let count = 0; count < 3; count += 1) await display.xdotool("key", "Escape");
        await expect(operator.requestControlButton).toBeVisible();
      });
      await customer.stop();
      expect(await next.ended()).toBe(0);
      // Nothing of what it had unpacked is left.
      expect((await readdir(next.folder)).filter((name) => !name.startsWith("madoguchi_"))).toEqual([]);
    });
  } finally {
    for (const close of closing) await close();
  }
});

/** The middle of something on the page, in pixels of the display. */
async function placeOnScreen(element: Locator): Promise<{ x: number; y: number }> {
  await element.scrollIntoViewIfNeeded();
  const box = (await element.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  const page = await element.evaluate(() => ({ x: screenX, y: screenY + outerHeight - innerHeight }));
  return { x: page.x + box.x + box.width / 2, y: page.y + box.y + box.height / 2 };
}
