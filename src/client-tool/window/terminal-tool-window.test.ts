import { PassThrough } from "node:stream";
import { beforeEach, describe, expect, test } from "vitest";
import { TerminalToolWindow } from "./terminal-tool-window";
import type { ToolWindowTexts } from "./tool-window";

const texts: ToolWindowTexts = {
  title: "Madoguchi – Remote control",
  question: "An operator wants to control this computer.",
  details: "Press Stop to end control at once.",
  yes: "Yes",
  no: "No",
  controlling: "An operator can control this computer.",
  stop: "Stop",
  close: "Close",
};

describe("the tool's lines in a terminal", () => {
  let input: PassThrough;
  let output: PassThrough;
  let window: TerminalToolWindow;
  const printed = (): string => String(output.read() ?? "");

  beforeEach(() => {
    [input, output] = [new PassThrough(), new PassThrough()];
    window = new TerminalToolWindow("en", input, output);
  });

  test.each([
    ["y", true],
    ["YES", true],
    ["n", false],
    ["no", false],
  ])("ask and take %s for an answer", async (line, expected) => {
    const answer = window.ask(texts);
    expect(printed()).toContain(texts.question);
    input.write(`perhaps\n${line}\n`);
    expect(await answer).toBe(expected);
    expect(printed()).toContain("Type y (yes) or n (no)");
  });

  test("take the end of the input, another line and the tool's end for a no", async () => {
    const first = window.ask(texts);
    window.showProgress("Connecting…");
    expect(await first).toBe(false);
    const second = window.ask(texts);
    input.end();
    expect(await second).toBe(false);
    expect(await window.ask(texts)).toBe(false);
    window.close();
    window.close();
  });

  test("stop control once, by s or when the terminal goes away", async () => {
    await new Promise<void>((resolve) => {
      window.showControl(texts, resolve);
      input.write("x\ns\n");
    });
    expect(printed()).toContain(texts.controlling);
    let stops = 0;
    await new Promise<void>((resolve) => {
      window.showControl(texts, () => {
        stops += 1;
        resolve();
      });
      input.write("stop\nstop\n");
      input.end();
    });
    expect(stops).toBe(1);
  });

  test("say the same once, and wait before they are closed", async () => {
    window.showProgress("Connecting…");
    window.showProgress("Connecting…");
    expect(printed()).toBe("Connecting…\n");
    await new Promise<void>((resolve) => {
      window.showMessage("Control has ended.", resolve);
      expect(printed()).toContain("press Enter");
      input.write("\n");
    });
  });
});
