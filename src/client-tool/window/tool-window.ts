/** What the window says once somebody wants to control the machine, in the customer's language. */
export interface ToolWindowTexts {
  /** The window's own title, also its heading. */
  title: string;
  /** Who wants to control this computer. */
  question: string;
  /** What a yes allows, and how it is ended. */
  details: string;
  yes: string;
  no: string;
  /** Who controls, while it lasts. */
  controlling: string;
  stop: string;
  close: string;
}

/** The languages that the tool speaks. */
export type ToolLanguage = "ja" | "en";

/** The tool's small window, always in front while somebody controls; where there is no desktop, lines in the terminal. */
export interface ToolWindow {
  /** At once on start: that something happens. */
  showProgress(text: string): void;
  /** Resolves with the customer's answer; closing the window, or the tool closing it, is a no. */
  ask(texts: ToolWindowTexts): Promise<boolean>;
  /**
   * Shows who controls, and Stop.
   *
   * @param onStop called once, by Stop or by closing the window
   */
  showControl(texts: ToolWindowTexts, onStop: () => void): void;
  /**
   * Shows an error, or the end.
   *
   * @param onClose called once, when the customer closes the message
   */
  showMessage(text: string, onClose?: () => void): void;
  /** Takes the window away; calls none of the above. Idempotent. */
  close(): void;
}
