"use client";

import { useSyncExternalStore } from "react";

/** Tailwind's `md`: from here on a table fits. */
const WIDE = "(min-width: 48rem)";

/** Whether there is room for a table; true while the server renders. */
export function useWideScreen(): boolean {
  return useSyncExternalStore(
    subscribe,
    () => window.matchMedia(WIDE).matches,
    () => true,
  );
}

function subscribe(listener: () => void): () => void {
  const query = window.matchMedia(WIDE);
  query.addEventListener("change", listener);
  return () => query.removeEventListener("change", listener);
}
