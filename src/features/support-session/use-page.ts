import { useCallback, useEffect, useSyncExternalStore } from "react";

/** Names the tab as long as the component lives, then gives the former name back. Null: leaves it alone. */
export function useTabTitle(title: string | null): void {
  useEffect(() => {
    if (title === null) return;
    const before = document.title;
    document.title = title;
    return () => {
      // Somebody else has named it in the meantime: theirs stays.
      if (document.title === title) document.title = before;
    };
  }, [title]);
}

/** Asks before the tab is closed or left. The browser chooses the words, and asks only a page that was used. */
export function useLeaveWarning(active: boolean): void {
  useEffect(() => {
    if (!active) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", warn);
    return () => window.removeEventListener("beforeunload", warn);
  }, [active]);
}

/** Whether the tab can be seen at all. */
export function usePageVisible(): boolean {
  return useSyncExternalStore(
    (listener) => {
      document.addEventListener("visibilitychange", listener);
      return () => document.removeEventListener("visibilitychange", listener);
    },
    () => document.visibilityState === "visible",
    () => true,
  );
}

/** Device pixels per CSS pixel; changes with the browser's zoom and when the window goes to another screen. */
export function useDevicePixelRatio(): number {
  return useSyncExternalStore(
    subscribeToPixelRatio,
    () => window.devicePixelRatio,
    () => 1,
  );
}

function subscribeToPixelRatio(listener: () => void): () => void {
  let query: MediaQueryList;
  // A media query can only say "no longer this ratio", so each change is waited for anew.
  const wait = () => {
    query = window.matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`);
    query.addEventListener("change", changed);
  };
  const changed = () => {
    query.removeEventListener("change", changed);
    wait();
    listener();
  };
  wait();
  return () => query.removeEventListener("change", changed);
}

/**
 * Full screen for the page as a whole: with a part of it, dialogs and tooltips, which live at the end of the page, would be
 * out of sight.
 *
 * @returns `toggle` null where the browser has no full screen (iPhones)
 */
export function useFullScreen(): { active: boolean; toggle: (() => void) | null } {
  const active = useSyncExternalStore(
    (listener) => {
      document.addEventListener("fullscreenchange", listener);
      return () => document.removeEventListener("fullscreenchange", listener);
    },
    () => document.fullscreenElement !== null,
    () => false,
  );
  const possible = useSyncExternalStore(
    () => () => undefined,
    () => document.fullscreenEnabled === true,
    () => true,
  );
  const toggle = useCallback(() => {
    if (document.fullscreenElement) {
      leaveFullScreen();
      return;
    }
    // Refused without a press of its own, or by policy: the picture stays as it is, which is plain to see.
    document.documentElement.requestFullscreen().catch(() => undefined);
  }, []);
  return { active, toggle: possible ? toggle : null };
}

/** Back to a window, if the page is in full screen. */
export function leaveFullScreen(): void {
  // Rejects when the browser has left it by itself in the meantime.
  if (document.fullscreenElement) document.exitFullscreen().catch(() => undefined);
}

/**
 * Gives the page the whole window: elsewhere room is kept for a scroll bar, so that nothing moves when one comes, but a page
 * that never scrolls would show it as an empty strip.
 */
export function useWholeWindow(): void {
  useEffect(() => {
    const { style } = document.documentElement;
    style.scrollbarGutter = "auto";
    return () => {
      style.scrollbarGutter = "";
    };
  }, []);
}
