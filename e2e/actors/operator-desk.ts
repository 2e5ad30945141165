import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type Browser, chromium, expect } from "@playwright/test";
import { findChromium, storyFlags } from "../fixtures/chromium";
import { type Display, openDisplay } from "../fixtures/display";
import type { Stack } from "../fixtures/stack";
import { DesktopProgram } from "./desktop";
import { strokes } from "./keyboards";
import { Operator } from "./operator";
import type { PictureSpot } from "./remote-control";

/**
 * An operator in front of a screen, with a keyboard and a mouse: what is pressed here goes through the operator's own X server and browser,
 * where another window can come in between. Playwright's pages believe that they always have the focus; this one does not.
 */
export class OperatorDesk {
  readonly operator: Operator;
  readonly display: Display;
  readonly #browser: Browser;
  readonly #process: ChildProcess;
  readonly #profile: string;

  static async open(stack: Stack): Promise<OperatorDesk> {
    const display = await openDisplay();
    const profile = await mkdtemp(join(tmpdir(), "madoguchi-operator-"));
    const child = spawn(
      findChromium(),
      [
        ...storyFlags,
        ...["--ozone-platform=x11", "--kiosk", "--window-position=0,0", "--lang=en-US"],
        ...["--enable-automation", "--test-type", "--password-store=basic"],
        ...["--remote-debugging-port=0", `--user-data-dir=${profile}`, "about:blank"],
      ],
      { env: { ...process.env, DISPLAY: display.name }, stdio: ["ignore", "ignore", "pipe"] },
    );
    const browser = await chromium.connectOverCDP(await debuggingAddress(child), { noDefaults: true });
    const [context] = browser.contexts();
    const page = context?.pages()[0] ?? (await context?.newPage());
    if (!page) throw new Error("The operator's browser has no page.");
    return new OperatorDesk(new Operator(page, stack), display, browser, { child, profile });
  }

  private constructor(
    operator: Operator,
    display: Display,
    browser: Browser,
    { child, profile }: { child: ChildProcess; profile: string },
  ) {
    this.operator = operator;
    this.display = display;
    this.#browser = browser;
    this.#process = child;
    this.#profile = profile;
  }

  /** Moves the mouse to a place on the picture. */
  async point({ x, y }: PictureSpot): Promise<void> {
    const [box, page] = await Promise.all([
      this.operator.picture(),
      this.operator.page.evaluate(() => ({ x: screenX, y: screenY + outerHeight - innerHeight })),
    ]);
    const [left, top] = [page.x + box.left + x * box.width, page.y + box.top + y * box.height];
    // Beside it first: one that is there already would not move.
    await this.display.xdotool("mousemove", String(Math.round(left) + 3), String(Math.round(top)));
    await this.display.xdotool("mousemove", String(Math.round(left)), String(Math.round(top)));
  }

  async click(spot: PictureSpot): Promise<void> {
    await this.point(spot);
    await this.display.xdotool("click", "1");
  }

  /** Keeps Shift and the left mouse button down, somewhere on the picture. */
  async hold(spot: PictureSpot): Promise<void> {
    await this.click(spot);
    await expect.poll(() => this.operator.page.evaluate(() => document.hasFocus())).toBe(true);
    await this.display.xdotool("keydown", "Shift_L", "mousedown", "1");
  }

  async letGo(): Promise<void> {
    await this.display.xdotool("mouseup", "1", "keyup", "Shift_L");
  }

  /** Changes the keyboard on the desk for one of another country. */
  async useKeyboard(keyboard: "us" | "jis"): Promise<void> {
    await setKeyboard(this.display, keyboard);
  }

  /** Writes on the keyboard on the desk, which must be one of that country. */
  async type(keyboard: "us" | "jis", text: string): Promise<void> {
    await this.display.xdotool(...strokes(keyboard, text));
  }

  /** Another program's window comes up and takes the keyboard away. @returns closes it */
  async interrupt(): Promise<() => void> {
    const notice = new DesktopProgram(this.display, "notice", "xmessage", ["-title", "notice", "Lunch?"]);
    await notice.place();
    await this.display.xdotool("search", "--sync", "--name", "^notice$", "windowfocus", "--sync");
    return () => notice.close();
  }

  /** The browser is killed, as when the machine loses power: no goodbye. */
  async kill(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const exited = once(this.#process, "exit");
    this.#process.kill("SIGKILL");
    await exited;
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.kill();
    this.display.close();
    // Processes of the browser may write for a moment longer than it lives.
    await rm(this.#profile, { recursive: true, force: true, maxRetries: 10 });
  }
}

/** What the keys of a display mean from now on. */
export async function setKeyboard(display: Display, keyboard: "us" | "jis"): Promise<void> {
  const [model, layout] = keyboard === "us" ? ["pc105", "us"] : ["jp106", "jp"];
  await display.run("setxkbmap", "-model", model, "-layout", layout);
}

async function debuggingAddress(browser: ChildProcess): Promise<string> {
  if (!browser.stderr) throw new Error("The browser has no pipe to tell its address.");
  const lines = createInterface({ input: browser.stderr });
  for await (const line of lines) {
    const [, address] = /^DevTools listening on (ws:\S+)$/.exec(line) ?? [];
    if (address === undefined) continue;
    // The pipe keeps flowing, or the browser would block on a full one.
    browser.stderr.resume();
    return address;
  }
  throw new Error("The browser ended before it was ready.");
}
