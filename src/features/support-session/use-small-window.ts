import { useCallback, useEffect, useState, useSyncExternalStore } from "react";

/** The part of Document Picture-in-Picture (WICG) that is used here; TypeScript's library does not know it yet. */
interface DocumentPictureInPicture {
  requestWindow(options?: { width?: number; height?: number }): Promise<Window>;
}

declare global {
  interface Window {
    readonly documentPictureInPicture?: DocumentPictureInPicture;
  }
}

const WIDTH = 380;
const HEIGHT = 330;

/**
 * A small window that stays on top of whatever the customer is showing. `open` is null where the browser has none; it must be
 * called from a press. The window closes with the component, and when the customer closes it.
 */
export function useSmallWindow(title: string): {
  window: Window | null;
  open: (() => Promise<void>) | null;
  close: () => void;
} {
  const [small, setSmall] = useState<Window | null>(null);
  const supported = useSyncExternalStore(
    () => () => undefined,
    () => window.documentPictureInPicture !== undefined,
    () => false,
  );

  const open = useCallback(async () => {
    try {
      const opened = await window.documentPictureInPicture?.requestWindow({ width: WIDTH, height: HEIGHT });
      if (!opened) return;
      dressLike(document, opened.document);
      // However it goes away: its own close button, "back to tab", or another small window in its place.
      opened.addEventListener("pagehide", () => setSmall((now) => (now === opened ? null : now)), {
        once: true,
      });
      setSmall(opened);
    } catch {
      // The browser has refused it. The page itself shows and does the same, so nothing is lost.
    }
  }, []);

  useEffect(() => () => small?.close(), [small]);
  useEffect(() => {
    if (small) small.document.title = title;
  }, [small, title]);

  const close = useCallback(() => setSmall(null), []);
  return { window: small, open: supported ? open : null, close };
}

/** Gives the new window the page's language, theme and style sheets. */
function dressLike(from: Document, to: Document): void {
  for (const { name, value } of from.documentElement.attributes) {
    to.documentElement.setAttribute(name, value);
  }
  to.body.className = from.body.className;
  // It never scrolls, so no room is kept for a scroll bar.
  to.documentElement.style.scrollbarGutter = "auto";
  for (const sheet of from.querySelectorAll<HTMLElement>('link[rel="stylesheet"], style')) {
    const copy = sheet.cloneNode(true);
    // Scripts cannot read a nonce from the markup, so a copy of the markup does not carry it.
    if (copy instanceof HTMLElement) copy.nonce = sheet.nonce;
    to.head.append(copy);
  }
}
