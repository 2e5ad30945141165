import type { ToolWindow, ToolWindowTexts } from "../window/tool-window";

/** A window without a screen: notes what it shows, and answers what it is told to. */
export class RecordingWindow implements ToolWindow {
  /** What has been shown, in order. */
  readonly shown: string[] = [];
  answer: boolean | null = true;
  onStop: (() => void) | undefined;
  onClose: (() => void) | undefined;
  isClosed = false;
  #asked: ((answer: boolean) => void) | undefined;

  get last(): string {
    return this.shown.at(-1) ?? "";
  }

  showProgress(text: string): void {
    this.shown.push(text);
  }

  ask(texts: ToolWindowTexts): Promise<boolean> {
    this.shown.push(texts.question);
    return this.answer === null
      ? new Promise((resolve) => {
          this.#asked = resolve;
        })
      : Promise.resolve(this.answer);
  }

  showControl(texts: ToolWindowTexts, onStop: () => void): void {
    this.shown.push(texts.controlling);
    this.onStop = onStop;
  }

  showMessage(text: string, onClose?: () => void): void {
    this.shown.push(text);
    this.onClose = onClose;
  }

  close(): void {
    this.isClosed = true;
    this.#asked?.(false);
  }
}
