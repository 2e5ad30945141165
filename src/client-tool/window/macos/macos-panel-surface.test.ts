import { expect, test, vi } from "vitest";
import type { Panel } from "../panel";
import { MacosPanelSurface } from "./macos-panel-surface";
import { DIALOG_SCRIPT, PANEL_SCRIPT } from "./panel-script";

// In osascript's place stand small programs that answer as it does; AppKit itself is on macOS alone.
const answers = (answer: string) => ["/bin/sh", "-c", `echo ${answer}`, "sh"];
const fails = ["/bin/sh", "-c", "exit 1", "sh"];
const waits = ["/bin/sh", "-c", 'echo "$$" >&2; exec sleep 60', "sh"];

function panelOf(over: Partial<Panel> = {}) {
  const done = { first: vi.fn(), second: vi.fn(), dismiss: vi.fn() };
  const panel: Panel = {
    place: "middle",
    title: "Title",
    paragraphs: [{ text: "Who wants to control", look: "question" }],
    buttons: [
      { label: "Yes", look: "primary", press: done.first },
      { label: "No", look: "plain", press: done.second },
    ],
    keyboard: "none",
    dismiss: done.dismiss,
    ...over,
  };
  return { panel, ...done };
}

test("the button that was pressed is the one that acts", async () => {
  const { panel, first, second, dismiss } = panelOf();
  new MacosPanelSurface([answers("1")]).show(panel);
  await vi.waitFor(() => expect(second).toHaveBeenCalledOnce());
  expect(first).not.toHaveBeenCalled();
  expect(dismiss).not.toHaveBeenCalled();
});

test("where AppKit refuses, the system's own dialog asks", async () => {
  const { panel, first } = panelOf();
  new MacosPanelSurface([fails, answers("0")]).show(panel);
  await vi.waitFor(() => expect(first).toHaveBeenCalledOnce());
});

test("a window that ends without an answer, or cannot be shown at all, is a no", async () => {
  for (const commands of [[answers("")], [fails], [fails, fails], [["/nowhere/osascript"]]]) {
    const { panel, first, dismiss } = panelOf();
    new MacosPanelSurface(commands).show(panel);
    await vi.waitFor(() => expect(dismiss).toHaveBeenCalledOnce());
    expect(first).not.toHaveBeenCalled();
  }
});

test("a panel that is taken away answers nothing, and the next one takes its place", async () => {
  const one = panelOf();
  const other = panelOf({ title: "Another" });
  const surface = new MacosPanelSurface([
    ["/bin/sh", "-c", 'case "$1" in *Another*) echo 0;; *) exec sleep 60;; esac', "sh"],
  ]);
  surface.show(one.panel);
  surface.show(other.panel);
  await vi.waitFor(() => expect(other.first).toHaveBeenCalledOnce());
  expect(one.dismiss).not.toHaveBeenCalled();
  surface.close();
});

test("what shows a panel ends with it", async () => {
  const { ScriptedPanel } = await import("./scripted-panel");
  const shown = new ScriptedPanel(waits, panelOf().panel);
  shown.close();
  // By a signal: it was still waiting.
  await expect(shown.answer).resolves.toEqual({ by: "end" });
});

test("both scripts are JavaScript", () => {
  for (const script of [PANEL_SCRIPT, DIALOG_SCRIPT]) expect(() => new Function(script)).not.toThrow();
});
