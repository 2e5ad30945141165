import type { Panel } from "../panel";
import type { PanelSurface } from "../panel-tool-window";
import { ScriptedPanel } from "./scripted-panel";

/**
 * Shows every panel by a program of its own: AppKit wants a process's first thread for itself, which Node has. The next panel comes up
 * before the one before it goes.
 */
export class MacosPanelSurface implements PanelSurface {
  readonly #commands: readonly (readonly string[])[];
  #shown: { panel: Panel; scripted: ScriptedPanel } | null = null;
  #isClosed = false;

  /** @param commands what shows a panel; a later one where those before it fail */
  constructor(commands: readonly (readonly string[])[]) {
    this.#commands = commands;
  }

  show(panel: Panel): void {
    if (this.#isClosed) return;
    const before = this.#shown;
    if (before && isSame(before.panel, panel)) {
      // Only what the buttons do is new.
      before.panel = panel;
      return;
    }
    this.#try(panel, 0);
    before?.scripted.close();
  }

  hide(): void {
    const shown = this.#shown;
    this.#shown = null;
    shown?.scripted.close();
  }

  close(): void {
    this.#isClosed = true;
    this.hide();
  }

  #try(panel: Panel, attempt: number): void {
    const command = this.#commands[attempt];
    if (!command) {
      // Without a window there is nobody to say yes. Progress is only news, and shows in the terminal's own time.
      if (panel.buttons.length > 0) panel.dismiss();
      return;
    }
    const shown = { panel, scripted: new ScriptedPanel(command, panel) };
    this.#shown = shown;
    shown.scripted.answer
      .then((answer) => {
        if (this.#shown !== shown) return;
        this.#shown = null;
        if (answer.by === "failure") this.#try(shown.panel, attempt + 1);
        else if (answer.by === "end") shown.panel.dismiss();
        else (shown.panel.buttons[answer.index]?.press ?? shown.panel.dismiss)();
      })
      // What a button does is the tool's own; it must not end in silence.
      .catch((error: unknown) => {
        setImmediate(() => {
          throw error;
        });
      });
  }
}

function isSame(one: Panel, other: Panel): boolean {
  const seen = ({ place, title, paragraphs, buttons }: Panel): string =>
    JSON.stringify([place, title, paragraphs, buttons.map(({ label }) => label)]);
  return seen(one) === seen(other);
}
