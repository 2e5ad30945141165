/** The codes as a text to keep: what they are, whose, and one a line. */
export interface RecoveryCodesText {
  readonly heading: string;
  readonly account: string;
  readonly detail: string;
  readonly codes: readonly string[];
}

/** One code a line, numbered by nothing: they can be used in any order. */
export function formatRecoveryCodes({ heading, account, detail, codes }: RecoveryCodesText): string {
  return [heading, account, detail, "", ...codes, ""].join("\n");
}

/** Offers the text as a file. */
export function downloadText(text: string, fileName: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = fileName;
  link.click();
  URL.revokeObjectURL(address);
}

/** Prints the text alone, not the page around it: in a frame of its own that goes when the printing is over. */
export function printText(text: string): void {
  const frame = document.createElement("iframe");
  frame.className = "sr-only";
  frame.tabIndex = -1;
  frame.ariaHidden = "true";
  document.body.append(frame);
  const inside = frame.contentWindow;
  if (!inside) {
    frame.remove();
    return;
  }
  const block = inside.document.createElement("pre");
  block.textContent = text;
  block.style.font = "16px/1.8 ui-monospace, monospace";
  inside.document.body.append(block);
  inside.addEventListener("afterprint", () => frame.remove());
  inside.focus();
  inside.print();
}
