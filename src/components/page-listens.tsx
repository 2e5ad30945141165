"use client";

import { useLayoutEffect } from "react";

/** Says that the page's own script listens from here on, to what stood in for it: see `keepEarlyPresses` and `recoverPage`. */
export function PageListens() {
  // Not a moment later: what comes from here on is heard by the page itself.
  useLayoutEffect(() => {
    window.earlyPresses?.release();
    window.pageRecovery?.release();
  }, []);
  return null;
}
