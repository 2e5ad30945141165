import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Locator } from "@playwright/test";
import { DesktopProgram } from "../actors/desktop";
import { goLive } from "../actors/go-live";
import { setKeyboard } from "../actors/operator-desk";
import { LEFT_BUTTON, PressedInput, SHIFT_KEY } from "../actors/pressed-input";
import { ClientTool, PUBLISH_TIMEOUT_MS, publishClientTool } from "../fixtures/client-tool";
import { openTwoMonitors } from "../fixtures/display";
import { expectClean } from "../fixtures/expect-clean";
import { expect, test } from "../fixtures/test";

/** xmessage ends with the number that its button has. */
const PRESSED = 7;
const MONITOR_WIDTH = 1280;
/** What the customer's desktop draws at: 150 %. */
const SCALE = 1.5;
const KANJI_COUNT = 150;

test.beforeAll(async ({ stack }) => {
  test.setTimeout(PUBLISH_TIMEOUT_MS);
  await publishClientTool(stack);
});

test("every key, character and click arrives where it belongs, and nothing stays pressed", async ({
  openDesk,
  openScreenCustomer,
}) => {
  test.setTimeout(180_000);
  const desk = await openDesk();
  const { operator } = desk;
  const { control } = operator;
  // The customer shares the second monitor, on which the tool's window is not.
  const { customer, display } = await openScreenCustomer({
    display: async () => {
      const opened = await openTwoMonitors(MONITOR_WIDTH);
      await opened.run("sh", "-c", `echo 'Xft.dpi: ${96 * SCALE}' | xrdb -nocpp -merge`);
      return opened;
    },
    flags: [
      "--ozone-platform=x11",
      "--auto-select-desktop-capture-source=Screen 2",
      `--force-device-scale-factor=${SCALE}`,
    ],
  });
  const written = await mkdtemp(join(tmpdir(), "madoguchi-written-"));
  const closing: (() => unknown)[] = [() => rm(written, { recursive: true, force: true })];
  const pressed = new PressedInput(display);
  closing.unshift(() => pressed.close());
  /** Of the second monitor, by the whole display's pixels. */
  const spot = (x: number, y: number) => ({ x: (x - MONITOR_WIDTH) / MONITOR_WIDTH, y: y / display.height });
  const empty = { x: 0.6, y: 0.75 };
  const content = (name: string) => readFile(join(written, name), "utf8").catch(() => "");

  try {
    const tool = await test.step("a customer with two monitors allows control", async () => {
      await operator.signIn();
      await goLive(operator, customer);
      await operator.requestControl();
      await customer.allowControl();
      const started = await ClientTool.begun(await customer.downloadTool(), display, closing);
      await control.expectOn();
      return started;
    });

    await test.step("the picture has the monitor's own pixels, whatever the customer's desktop is scaled to", async () => {
      expect(await customer.page.evaluate(() => devicePixelRatio)).toBe(SCALE);
      expect(await sizeOf(operator.screen)).toEqual({ width: MONITOR_WIDTH, height: display.height });
    });

    await test.step("a click lands on the monitor that the customer shares, which nobody has to name", async () => {
      const box = new DesktopProgram(display, "box", "xmessage", [
        ...["-title", "box", "-geometry", "+1900+60", "-buttons", `Okay:${PRESSED}`, "Press the button."],
      ]);
      closing.unshift(() => box.close());
      const { x, y, height } = await box.place();
      // Not the main one, and of the same size: the customer's browser has told.
      await control.expectMonitor("RIGHT");
      await expectClean(operator.page, "the console with a monitor to choose");
      await desk.click(spot(x + 25, y + height - 16));
      await expect.poll(() => box.exitCode).toBe(PRESSED);
      // The operator's word stands above it.
      await control.chooseMonitor(/^LEFT/);
      await control.expectMonitor("LEFT");
      await control.chooseMonitor(/^RIGHT/);
      await control.expectMonitor("RIGHT");
    });

    const terminal = new DesktopProgram(display, "terminal", "xterm", [
      ...["-u8", "-T", "terminal", "-geometry", "60x8+1500+250"],
      ...["-e", "bash", "--norc", "-c", `cd ${written}; exec bash --norc`],
    ]);
    closing.unshift(() => terminal.close());

    await test.step("a Japanese keyboard on both sides, and text by its characters whatever the keyboard", async () => {
      await desk.useKeyboard("jis");
      await setKeyboard(display, "jis");
      const { x, y } = await terminal.place();
      await desk.click(spot(x + 100, y + 40));
      await desk.type("jis", `echo '"|¥_\\]}@\`[{^~:*;+=-&(`);
      await control.compose("日本語");
      await operator.page.keyboard.insertText("🙂");
      await desk.type("jis", "' > jis\n");
      // The key ¥ writes a backslash there, as the key of the backslash itself does.
      await expect.poll(() => content("jis")).toBe('"|\\_\\]}@`[{^~:*;+=-&(日本語🙂\n');
    });

    await test.step("the same places mean something else on an American keyboard", async () => {
      await setKeyboard(display, "us");
      // Shift and the key 2, then those right of P and L, on the operator's Japanese keyboard.
      await desk.type("jis", `echo *"@[;:]`);
      await operator.page.keyboard.insertText("窓口");
      await desk.useKeyboard("us");
      await desk.type("us", `|~_" > us\n`);
      await expect.poll(() => content("us")).toBe("@[];'\\窓口|~_\n");
    });

    await test.step("many characters at once, none of which is on a keyboard, reach a browser's field", async () => {
      const field = customer.page.getByRole("textbox", { name: customer.words.message });
      await field.focus();
      const browser = ["search", "--sync", "--onlyvisible", "--name", "Chromium$"];
      await display.xdotool(...browser, "windowfocus", "--sync");
      await desk.point(empty);
      for (const first of [0x4e00, 0x6000]) {
        const kanji = String.fromCodePoint(
          ...Array.from({ length: KANJI_COUNT }, (_, index) => first + 31 * index),
        );
        await field.fill("");
        await operator.page.keyboard.insertText(kanji);
        await expect(field).toHaveValue(kanji);
      }
      await field.fill("");
    });

    await test.step("another window takes the operator's keyboard away: nothing stays pressed", async () => {
      await desk.hold(empty);
      await pressed.expect([SHIFT_KEY, LEFT_BUTTON], "held by the operator");
      const close = await desk.interrupt();
      await pressed.expect([], "after the operator's page has lost the keyboard");
      close();
      await desk.letGo();
    });

    await test.step("so does another tab", async () => {
      await desk.hold(empty);
      await pressed.expect([SHIFT_KEY, LEFT_BUTTON], "held again");
      const tab = await operator.page.context().newPage();
      await pressed.expect([], "after another tab has come to the front");
      await desk.letGo();
      await tab.close();
    });

    await test.step("the tool is killed: nothing stays pressed, though nobody was left to let go", async () => {
      await desk.hold(empty);
      await pressed.expect([SHIFT_KEY, LEFT_BUTTON], "held once more");
      await tool.kill();
      await pressed.expect([], "after the tool was killed");
      await desk.letGo();
    });

    await operator.endSession();
    await expect(customer.page.getByText("The session was ended by the operator.")).toBeVisible();
  } finally {
    for (const close of closing) await close();
  }
});

async function sizeOf(video: Locator): Promise<{ width: number; height: number }> {
  return await video.evaluate((element: HTMLVideoElement) => ({
    width: element.videoWidth,
    height: element.videoHeight,
  }));
}
