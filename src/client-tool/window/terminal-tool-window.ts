import { createInterface, type Interface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import type { ToolLanguage, ToolWindow, ToolWindowTexts } from "./tool-window";

/** How answers are given, besides by the button's own word. */
const HINTS: Record<ToolLanguage, { answer: string; stop: string; close: string }> = {
  ja: {
    answer: "y（はい）または n（いいえ）を入力し、Enterキーを押してください: ",
    stop: "停止するには s を入力し、Enterキーを押してください。",
    close: "閉じるには、Enterキーを押してください。",
  },
  en: {
    answer: "Type y (yes) or n (no) and press Enter: ",
    stop: "To stop, type s and press Enter.",
    close: "To close, press Enter.",
  },
};

/** The tool's window where there is no desktop: lines in the terminal. A terminal that goes away is a no, and Stop. */
export class TerminalToolWindow implements ToolWindow {
  readonly #language: ToolLanguage;
  readonly #output: Writable;
  readonly #lines: Interface;
  #isEnded = false;
  /** What a line does now, and what the end of the input does. */
  #onLine: (line: string) => void = ignore;
  #onEnd: () => void = ignore;
  /** Answers no to a question that is taken away. */
  #withdraw: (() => void) | null = null;
  #lastText = "";

  constructor(language: ToolLanguage, input: Readable, output: Writable) {
    this.#language = language;
    this.#output = output;
    this.#lines = createInterface({ input });
    this.#lines.on("line", (line) => this.#onLine(line.trim().toLowerCase()));
    this.#lines.on("close", () => {
      this.#isEnded = true;
      this.#onEnd();
    });
  }

  showProgress(text: string): void {
    this.#expect(ignore, ignore);
    this.#print(text);
  }

  ask(texts: ToolWindowTexts): Promise<boolean> {
    return new Promise((resolve) => {
      const no = (): void => resolve(false);
      this.#print(`\n${texts.title}\n\n${texts.question}\n${texts.details}\n`);
      this.#output.write(HINTS[this.#language].answer);
      const answer = (line: string): void => {
        if (["y", "yes", texts.yes.toLowerCase()].includes(line)) resolve(true);
        else if (["n", "no", texts.no.toLowerCase()].includes(line)) no();
        else this.#output.write(HINTS[this.#language].answer);
      };
      this.#expect(answer, no, no);
    });
  }

  showControl(texts: ToolWindowTexts, onStop: () => void): void {
    this.#print(`${texts.controlling}\n${HINTS[this.#language].stop}`);
    let isStopped = false;
    const stop = (): void => {
      if (!isStopped) onStop();
      isStopped = true;
    };
    this.#expect((line) => {
      if (["s", "stop", texts.stop.toLowerCase()].includes(line)) stop();
    }, stop);
  }

  showMessage(text: string, onClose?: () => void): void {
    this.#print(onClose === undefined || this.#isEnded ? text : `${text}\n${HINTS[this.#language].close}`);
    let isClosed = false;
    const close = (): void => {
      if (!isClosed) onClose?.();
      isClosed = true;
    };
    this.#expect(close, close);
  }

  close(): void {
    this.#expect(ignore, ignore);
    this.#lines.close();
  }

  #expect(onLine: (line: string) => void, onEnd: () => void, withdraw: (() => void) | null = null): void {
    this.#withdraw?.();
    this.#withdraw = withdraw;
    this.#onLine = onLine;
    this.#onEnd = onEnd;
    if (this.#isEnded) queueMicrotask(onEnd);
  }

  /** What is said again and again is printed once. */
  #print(text: string): void {
    if (text !== this.#lastText) this.#output.write(`${text}\n`);
    this.#lastText = text;
  }
}

function ignore(): void {}
