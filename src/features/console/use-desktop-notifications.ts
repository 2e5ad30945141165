"use client";

import { useCallback, useSyncExternalStore } from "react";

/** `unsupported`: the browser has none, or shows them on secure pages only and this one is not. */
export type NotificationState = NotificationPermission | "unsupported";

const listeners = new Set<() => void>();

/** Desktop notifications: whether they may be shown, the question to the user (only ever asked from a button), and showing one. */
export function useDesktopNotifications() {
  const state = useSyncExternalStore(subscribe, currentState, () => "unsupported" as const);

  const ask = useCallback(async () => {
    await Notification.requestPermission();
    for (const listener of listeners) listener();
  }, []);

  /** Shows one while the tab is in the background; in the foreground the page itself tells. */
  const show = useCallback((title: string, body: string, tag: string) => {
    if (currentState() !== "granted" || !document.hidden) return;
    try {
      const notification = new Notification(title, { body, tag });
      notification.onclick = () => {
        window.focus();
        notification.close();
      };
    } catch {
      // Chrome on Android has the class but lets only service workers show one: the page and its title still tell.
    }
  }, []);

  return { state, ask, show };
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

function currentState(): NotificationState {
  return "Notification" in window && window.isSecureContext ? Notification.permission : "unsupported";
}
