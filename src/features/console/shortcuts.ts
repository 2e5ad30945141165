/** The console's keys, in the order in which the dialog lists them. */
export const shortcuts = [
  { key: "N", action: "issue" },
  { key: "A", action: "accept" },
  { key: "?", action: "help" },
] as const;

export type ShortcutAction = (typeof shortcuts)[number]["action"];

/** What is read of a keyboard event. */
export interface KeyPress {
  key: string;
  repeat: boolean;
  isComposing: boolean;
  defaultPrevented: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  target: EventTarget | null;
}

/**
 * Which shortcut a key press means, or null. Keys are off while text is typed (a Japanese input method included), while a
 * dialog or menu is open, with any modifier but Shift, and when the key is merely held down.
 */
export function shortcutOf(press: KeyPress, document: Document): ShortcutAction | null {
  if (press.defaultPrevented || press.repeat || press.isComposing) return null;
  if (press.ctrlKey || press.metaKey || press.altKey) return null;
  if (isTextField(press.target) || isOverlayOpen(document)) return null;
  const typed = press.key.normalize("NFKC").toUpperCase();
  return shortcuts.find(({ key }) => key === typed)?.action ?? null;
}

function isTextField(target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return false;
  return target.closest("input, textarea, select, [contenteditable]:not([contenteditable='false'])") !== null;
}

function isOverlayOpen(document: Document): boolean {
  return (
    document.querySelector(
      "[role='dialog'][data-state='open'], [role='alertdialog'][data-state='open'], [role='menu'][data-state='open'], dialog[open]",
    ) !== null
  );
}
