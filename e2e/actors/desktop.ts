import { type ChildProcess, execFile, spawn } from "node:child_process";
import { promisify } from "node:util";
import { expect, type Page } from "@playwright/test";
import type { Display } from "../fixtures/display";

const run = promisify(execFile);

/** A window on the customer's display, without its frame; pixels of the display. */
export interface WindowPlace {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A real program on the customer's machine, which knows nothing of any remote control. */
export class DesktopProgram {
  readonly #display: Display;
  readonly #title: string;
  readonly #child: ChildProcess;

  /** @param args must give the window that title */
  constructor(display: Display, title: string, program: string, args: readonly string[]) {
    this.#display = display;
    this.#title = title;
    this.#child = spawn(program, args, {
      env: { ...process.env, DISPLAY: display.name, LANG: "C.UTF-8" },
      stdio: "ignore",
    });
  }

  /** Where it is, once it is to be seen. */
  async place(): Promise<WindowPlace> {
    const env = { ...process.env, DISPLAY: this.#display.name };
    // Not xdotool, which counts the frame that a window manager puts around it twice.
    const look = () => run("xwininfo", ["-name", this.#title], { env }).catch(() => null);
    await expect.poll(async () => (await look())?.stdout ?? "").toContain("IsViewable");
    const stdout = (await look())?.stdout ?? "";
    const number = (name: string) => Number(new RegExp(`^ *${name}: +(-?\\d+)$`, "m").exec(stdout)?.[1]);
    return {
      x: number("Absolute upper-left X"),
      y: number("Absolute upper-left Y"),
      width: number("Width"),
      height: number("Height"),
    };
  }

  /** Null while it runs. */
  get exitCode(): number | null {
    return this.#child.exitCode;
  }

  close(): void {
    this.#child.kill();
  }
}

/** Keys with Shift on a US keyboard, by what they write. */
const SHIFTED: Readonly<Record<string, string>> = {
  '"': "Quote",
  _: "Minus",
  ">": "Period",
  "|": "Backslash",
  "~": "Backquote",
};
const PLAIN: Readonly<Record<string, string>> = {
  " ": "Space",
  "\\": "Backslash",
  "'": "Quote",
  "/": "Slash",
};

/** Presses the keys that a person with a US keyboard presses for it. @throws Error for what that keyboard cannot write */
export async function typeOnUsKeyboard(page: Page, text: string): Promise<void> {
  for (const character of text) {
    const isLetter = /[a-z]/i.test(character);
    const isShifted = character in SHIFTED || (isLetter && character !== character.toLowerCase());
    const letterKey = isLetter ? `Key${character.toUpperCase()}` : undefined;
    const key =
      letterKey ?? SHIFTED[character] ?? PLAIN[character] ?? (character === "-" ? "Minus" : undefined);
    if (key === undefined) throw new Error(`No key for ${JSON.stringify(character)}.`);
    await page.keyboard.press(isShifted ? `Shift+${key}` : key);
  }
}
