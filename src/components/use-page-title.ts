"use client";

import { useEffect } from "react";

/**
 * Names the tab as long as the component lives. The framework writes the page's own title late, and again when the language
 * changes; as it knows nothing of a page's states, the state's name is put back.
 */
export function usePageTitle(title: string): void {
  useEffect(() => {
    const write = () => {
      if (document.title !== title) document.title = title;
    };
    write();
    const observer = new MutationObserver(write);
    observer.observe(document.head, { childList: true, subtree: true, characterData: true });
    return () => observer.disconnect();
  }, [title]);
}
