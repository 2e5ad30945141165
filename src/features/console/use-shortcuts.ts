"use client";

import { useEffect, useLayoutEffect, useRef } from "react";
import { type ShortcutAction, shortcutOf } from "./shortcuts";

/** Runs what the console's keys mean while the page is shown; the newest handlers count. */
export function useShortcuts(handlers: Readonly<Record<ShortcutAction, () => void>>): void {
  const latest = useRef(handlers);
  // With what is shown, not a moment after it: a key pressed in between would mean what was shown before.
  useLayoutEffect(() => {
    latest.current = handlers;
  });

  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      const action = shortcutOf(event, document);
      if (!action) return;
      event.preventDefault();
      latest.current[action]();
    };
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  }, []);
}
