import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Panel } from "../panel";

/** The command ends when its input does: with the tool, however that ends, no window is left behind. */
const UNTIL_INPUT_ENDS = [
  "exec 3<&0",
  '"$@" </dev/null & child=$!',
  '{ cat <&3 >/dev/null; kill "$child" 2>/dev/null; } & watch=$!',
  'wait "$child"; status=$?',
  'kill "$watch" 2>/dev/null',
  'exit "$status"',
].join("\n");

/** What a panel's program answers: the number of the button, or that it was taken away or failed. */
export type PanelAnswer = { by: "button"; index: number } | { by: "end" } | { by: "failure" };

/** A panel that is shown by a program of its own, which runs until a button is pressed. */
export class ScriptedPanel {
  readonly answer: Promise<PanelAnswer>;
  readonly #child: ChildProcess;

  /** @param command gets the panel as JSON in its last argument, and prints the number of the button */
  constructor(command: readonly string[], panel: Panel) {
    const shown = {
      place: panel.place,
      title: panel.title,
      paragraphs: panel.paragraphs,
      buttons: panel.buttons.map(({ label }) => label),
      keyboard: panel.keyboard,
    };
    this.#child = spawn("/bin/sh", ["-c", UNTIL_INPUT_ENDS, "sh", ...command, JSON.stringify(shown)], {
      stdio: ["pipe", "pipe", "ignore"],
    });
    this.answer = this.#wait(this.#child);
  }

  /** Takes the panel away. Idempotent. */
  close(): void {
    this.#child.stdin?.end();
  }

  async #wait(child: ChildProcess): Promise<PanelAnswer> {
    let printed = "";
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      printed += text;
    });
    // Whoever ended it has closed the other end already.
    child.stdin?.on("error", () => {});
    try {
      const [code] = await once(child, "close");
      const index = /^(\d{1,2})\s*$/.exec(printed)?.[1];
      if (index !== undefined) return { by: "button", index: Number(index) };
      // 128 and above: by a signal, which is the panel's end and not its failure.
      return { by: typeof code === "number" && code > 0 && code < 128 ? "failure" : "end" };
    } catch {
      return { by: "failure" };
    }
  }
}
