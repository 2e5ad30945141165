"use client";

import { useEffect, useState } from "react";

interface LeaveGuard {
  /** Where the viewer wanted to go; null: nowhere. */
  readonly wanted: string | null;
  stay(): void;
}

/**
 * Asks before changes are lost: the browser itself when the tab is closed or loaded again, the page when a link is
 * pressed.
 */
export function useLeaveGuard(dirty: boolean): LeaveGuard {
  const [wanted, setWanted] = useState<string | null>(null);
  useEffect(() => {
    if (!dirty) return;
    const beforeUnload = (event: BeforeUnloadEvent) => event.preventDefault();
    const click = (event: MouseEvent) => {
      if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
      if (!(event.target instanceof Element)) return;
      const link = event.target.closest("a[href]");
      if (!(link instanceof HTMLAnchorElement) || link.target === "_blank" || link.download !== "") return;
      const url = new URL(link.href);
      if (url.origin !== window.location.origin || url.pathname === window.location.pathname) return;
      event.preventDefault();
      event.stopPropagation();
      setWanted(url.pathname + url.search);
    };
    window.addEventListener("beforeunload", beforeUnload);
    // Before the router's own listener gets to see it.
    document.addEventListener("click", click, { capture: true });
    return () => {
      window.removeEventListener("beforeunload", beforeUnload);
      document.removeEventListener("click", click, { capture: true });
    };
  }, [dirty]);
  return { wanted, stay: () => setWanted(null) };
}
