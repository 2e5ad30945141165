import { useEffect, useRef } from "react";

/** The session page's keys. Letters do what the button of that hint does. */
export const toolKeys = {
  pointer: "P",
  pen: "D",
  clear: "C",
  fit: "0",
  actual: "1",
  fullScreen: "F",
  panel: "S",
  message: "M",
} as const;

export type ToolKey = keyof typeof toolKeys;

/** What is read of a key press. */
type KeyPress = Pick<
  KeyboardEvent,
  | "key"
  | "repeat"
  | "isComposing"
  | "defaultPrevented"
  | "ctrlKey"
  | "metaKey"
  | "altKey"
  | "shiftKey"
  | "target"
>;

/** Which key was meant; null: none. Text is never taken for one, nor a browser's own shortcut, nor a key held down. */
export function toolKeyOf(press: KeyPress): ToolKey | null {
  if (press.defaultPrevented || press.repeat || press.isComposing) return null;
  if (press.ctrlKey || press.metaKey || press.altKey || press.shiftKey) return null;
  if (press.target instanceof Element && press.target.closest(KEEPS_ITS_KEYS)) return null;
  // With a Japanese input method on, a key may come in full width.
  const key = press.key.normalize("NFKC").toUpperCase();
  return toolKeyNames.find((name) => toolKeys[name] === key) ?? null;
}

const toolKeyNames = Object.keys(toolKeys) as ToolKey[];

/** Where letters are text, or belong to a dialog or a menu. */
const KEEPS_ITS_KEYS =
  "input:not([type=radio]), textarea, select, [contenteditable]:not([contenteditable=false]), [role=dialog], [role=alertdialog], [role=menu]";

/** Runs what the keys mean as long as the page is shown; the newest handlers count. */
export function useToolKeys(handlers: Readonly<Record<ToolKey, () => void>>): void {
  const latest = useRef(handlers);
  useEffect(() => {
    latest.current = handlers;
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      const key = toolKeyOf(event);
      if (!key) return;
      event.preventDefault();
      latest.current[key]();
    };
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  }, []);
}
