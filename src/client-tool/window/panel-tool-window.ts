import type { Panel } from "./panel";
import type { ToolLanguage, ToolWindow, ToolWindowTexts } from "./tool-window";

/** Before the core has said anything, and where it gives no title. */
const NAME = "Madoguchi";
const CLOSE: Record<ToolLanguage, string> = { ja: "閉じる", en: "Close" };

/** What a system shows one panel at a time with. */
export interface PanelSurface {
  /** Replaces what was shown. In the corner it never takes the keyboard away from the program that has it. */
  show(panel: Panel): void;
  /** Until the next panel is shown. */
  hide(): void;
  /** Idempotent; dismisses nothing. */
  close(): void;
}

/** The tool's window out of panels. */
export class PanelToolWindow implements ToolWindow {
  readonly #window: PanelSurface;
  #title = NAME;
  #closeLabel: string;
  /** Answers no to a question that is taken away. */
  #withdraw: (() => void) | null = null;
  /** Messages come up where the window is: once control has begun it stays in the corner, and covers no question of the browser's page. */
  #messagePlace: Panel["place"] = "middle";
  /** The customer closed the window while it only showed progress: a no to whatever comes. */
  #isDismissed = false;

  constructor(window: PanelSurface, language: ToolLanguage) {
    this.#window = window;
    this.#closeLabel = CLOSE[language];
  }

  showProgress(text: string): void {
    this.#show({
      place: "middle",
      title: this.#title,
      paragraphs: [{ text, look: "question" }],
      buttons: [],
      keyboard: "none",
      dismiss: () => {
        this.#isDismissed = true;
        this.#window.hide();
      },
    });
  }

  ask(texts: ToolWindowTexts): Promise<boolean> {
    this.#take(texts);
    if (this.#isDismissed) return Promise.resolve(false);
    return new Promise((resolve) => {
      const no = (): void => resolve(false);
      this.#show({
        place: "middle",
        title: texts.title,
        paragraphs: [
          { text: texts.question, look: "question" },
          { text: texts.details, look: "details" },
        ],
        buttons: [
          { label: texts.yes, look: "primary", press: () => resolve(true) },
          { label: texts.no, look: "plain", press: no },
        ],
        keyboard: "none",
        dismiss: no,
      });
      this.#withdraw = no;
    });
  }

  showControl(texts: ToolWindowTexts, onStop: () => void): void {
    this.#take(texts);
    const stop = once(onStop);
    if (this.#isDismissed) {
      queueMicrotask(stop);
      return;
    }
    this.#messagePlace = "corner";
    this.#show({
      place: "corner",
      title: texts.title,
      paragraphs: paragraphsOf(texts.controlling),
      buttons: [{ label: texts.stop, look: "stop", press: stop }],
      keyboard: "first",
      dismiss: stop,
    });
  }

  showMessage(text: string, onClose?: () => void): void {
    const close = once(() => onClose?.());
    this.#show({
      place: this.#messagePlace,
      title: this.#title,
      paragraphs: paragraphsOf(text),
      buttons: onClose === undefined ? [] : [{ label: this.#closeLabel, look: "plain", press: close }],
      keyboard: "first",
      dismiss: close,
    });
  }

  close(): void {
    this.#withdraw?.();
    this.#withdraw = null;
    this.#window.close();
  }

  #take({ title, close }: ToolWindowTexts): void {
    this.#title = title;
    this.#closeLabel = close;
  }

  #show(panel: Panel): void {
    this.#withdraw?.();
    this.#withdraw = null;
    this.#window.show(panel);
  }
}

/** What happened stands out; what to do now is below it. */
function paragraphsOf(text: string): Panel["paragraphs"] {
  const [first = "", ...rest] = text.split("\n");
  const details = rest.join("\n").trim();
  const question = { text: first, look: "question" } as const;
  return details === "" ? [question] : [question, { text: details, look: "details" }];
}

function once(action: () => void): () => void {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    action();
  };
}
