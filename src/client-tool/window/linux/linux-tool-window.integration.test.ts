import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { openXServer, type XServer } from "../../machine/linux/testing/x-server";
import type { ToolWindow, ToolWindowTexts } from "../tool-window";
import { openLinuxToolWindow } from "./linux-tool-window";

const PATIENCE = { timeout: 20_000, interval: 10 };

const texts: ToolWindowTexts = {
  title: "Madoguchi – リモート操作",
  question: "オペレーターが、このパソコンの操作を求めています。",
  details: "「はい」を選ぶと、オペレーターがマウスとキーボードを使えるようになります。",
  yes: "はい",
  no: "いいえ",
  controlling: "オペレーターが、このパソコンを操作できます。\nEscキーを3回押すと操作が終わります。",
  stop: "停止",
  close: "閉じる",
};

describe.runIf(process.platform === "linux")("the tool's window on Linux", () => {
  let server: XServer;
  let window: ToolWindow;

  beforeAll(async () => {
    server = await openXServer();
    server.start("openbox");
    await focused("Openbox");
    server.start("xterm", "-T", "another program");
    await focused("another program");
  });

  afterAll(() => server?.close());

  beforeEach(async () => {
    window = await openLinuxToolWindow("ja", server.environment);
  });

  afterEach(async () => {
    window?.close();
    await focused("another program");
  });

  const focused = (title: string): Promise<void> =>
    vi.waitFor(async () => {
      const name = await server.run("xdotool", "getwindowfocus", "getwindowname");
      expect(name.trim()).toBe(title);
    }, PATIENCE);

  /** Its id, as soon as it is to be seen. */
  const ownWindow = async (): Promise<string> => {
    const ids = await server.run("xdotool", "search", "--sync", "--onlyvisible", "--class", "madoguchi");
    return ids.trim().split("\n").at(-1) ?? "";
  };

  const place = async (): Promise<{ x: number; y: number; width: number; height: number }> => {
    const shell = await server.run("xdotool", "getwindowgeometry", "--shell", await ownWindow());
    const number = (name: string): number => Number(new RegExp(`^${name}=(-?\\d+)$`, "m").exec(shell)?.[1]);
    return { x: number("X"), y: number("Y"), width: number("WIDTH"), height: number("HEIGHT") };
  };

  /** Clicks so far from the window's left edge, and on its last line. */
  const click = async (across: number): Promise<void> => {
    const { width, height } = await place();
    const [left, top] = [Math.round(width * across), height - 40].map(String);
    await server.run(
      "xdotool",
      "mousemove",
      "--window",
      await ownWindow(),
      `${left}`,
      `${top}`,
      "click",
      "1",
    );
  };

  test("says at once that something happens, in the middle of the screen", async () => {
    window.showProgress("接続しています…");
    await focused("Madoguchi");
    const { x, y, width, height } = await place();
    // Give or take the window manager's frame.
    expect(Math.abs(x + width / 2 - 640)).toBeLessThan(60);
    expect(Math.abs(y + height / 2 - 400)).toBeLessThan(60);
  });

  test.each([
    ["Esc", "a no", ["key", "Escape"], false],
    ["Tab and the space bar", "a yes", ["key", "Tab", "key", "space"], true],
    ["Tab and Return", "a yes", ["key", "Tab", "key", "Return"], true],
    ["Tab twice and the space bar", "a no", ["key", "Tab", "key", "Tab", "key", "space"], false],
    ["Shift and Tab", "a no", ["key", "shift+Tab", "key", "Return"], false],
    // Whoever types on while the window comes up says neither yes nor no.
    [
      "Return and the space bar alone",
      "nothing",
      ["type", "--args", "1", "yes\n \n", "key", "Escape"],
      false,
    ],
  ])("takes %s for %s", async (_keys, _answer, keys, expected) => {
    const answer = window.ask(texts);
    await focused(texts.title);
    await server.run("xdotool", ...keys);
    expect(await answer).toBe(expected);
  });

  test.each([
    ["on the right is yes", 0.75, true],
    ["on the left is no", 0.25, false],
  ])("the button %s", async (_name, across, expected) => {
    window.showProgress("接続しています…");
    const answer = window.ask(texts);
    await focused(texts.title);
    await click(across);
    expect(await answer).toBe(expected);
  });

  test("that is closed means no, and so does the tool closing it", async () => {
    const closedByCustomer = window.ask(texts);
    await focused(texts.title);
    await server.run("xdotool", "key", "alt+F4");
    expect(await closedByCustomer).toBe(false);
    const closedByTool = window.ask(texts);
    window.close();
    expect(await closedByTool).toBe(false);
  });

  test("that is closed before it has asked anything means no to whatever it asks", async () => {
    window.showProgress("接続しています…");
    await focused("Madoguchi");
    await server.run("xdotool", "key", "alt+F4");
    await focused("another program");
    expect(await window.ask(texts)).toBe(false);
  });

  test("gives the keyboard back while somebody controls, stays in front, and stops once", async () => {
    const stops: string[] = [];
    const answer = window.ask(texts);
    await focused(texts.title);
    await server.run("xdotool", "key", "Tab", "key", "Return");
    await answer;
    window.showControl(texts, () => stops.push("first"));
    await focused("another program");
    const { x, y, width, height } = await place();
    expect(x + width).toBeGreaterThan(1280 - 40);
    expect(y + height).toBeGreaterThan(800 - 40);

    // What is said changes; the button and the keyboard do not.
    window.showControl({ ...texts, controlling: "応答を待っています…" }, () => stops.push("second"));
    await focused("another program");
    await click(0.5);
    await vi.waitFor(() => expect(stops).toEqual(["second"]), PATIENCE);
    await click(0.5);
    window.showControl(texts, () => stops.push("third"));
    await server.run("xdotool", "windowactivate", "--sync", await ownWindow(), "key", "space");
    await vi.waitFor(() => expect(stops).toEqual(["second", "third"]), PATIENCE);
  });

  test("shows what went wrong, until that is closed", async () => {
    const closed = new Promise<void>((resolve) => window.showMessage("接続できません。", resolve));
    await focused("Madoguchi");
    await server.run("xdotool", "key", "Return");
    await closed;
  });

  test("shows in its corner how control ended, where it covers and interrupts nothing", async () => {
    window.showControl(texts, () => undefined);
    const before = await place();
    const closed = new Promise<void>((resolve) => window.showMessage("操作は終わりました。", resolve));
    await focused("another program");
    const { x, y, width, height } = await place();
    expect(x + width).toBe(before.x + before.width);
    expect(y + height).toBe(before.y + before.height);
    await click(0.5);
    await closed;
  });

  test("without its X server answers no", async () => {
    const doomed = await openXServer();
    const lost = await openLinuxToolWindow("en", doomed.environment);
    const answer = lost.ask(texts);
    doomed.kill();
    expect(await answer).toBe(false);
    expect(await lost.ask(texts)).toBe(false);
    lost.close();
  });
});
