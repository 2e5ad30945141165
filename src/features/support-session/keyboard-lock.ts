import { useEffect } from "react";

/** The part of the Keyboard Lock API (WICG) that is used here; TypeScript's library does not know it. */
interface Keyboard {
  lock(codes?: readonly string[]): Promise<void>;
  unlock(): void;
}

declare global {
  interface Navigator {
    readonly keyboard?: Keyboard;
  }
}

/** Whether this browser can give a page in full screen the keys that it and the system keep for themselves. */
export function canLockKeyboard(): boolean {
  return typeof navigator.keyboard?.lock === "function";
}

/** Has all keys go to the page, Escape too (holding it leaves full screen), for as long as `isActive`. */
export function useKeyboardLock(isActive: boolean): void {
  useEffect(() => {
    if (!isActive || !canLockKeyboard()) return;
    // Refused without full screen, or by policy: the keys that the system keeps are in the menu.
    navigator.keyboard?.lock().catch(() => undefined);
    return () => navigator.keyboard?.unlock();
  }, [isActive]);
}
