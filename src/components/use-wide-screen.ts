"use client";

import { useSyncExternalStore } from "react";

/** Tailwind's `lg`: from here on the table fits, with the operator's column as well. */
const WIDE = "(min-width: 64rem)";

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
