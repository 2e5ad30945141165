"use client";

import { useEffect, useState } from "react";

const CHECK_INTERVAL_MS = 1_000;

function lockName(sessionId: string): string {
  return `madoguchi-sharing-${sessionId}`;
}

/**
 * Whether another tab of this browser shares the session; undefined until it is known. The sharing tab holds a Web Lock
 * (W3C Web Locks), which the browser itself lets go when the tab is closed, reloaded or crashes.
 *
 * @param sessionId the session; null: nothing to know
 * @param isSharingHere whether this tab shares it and thus holds the lock
 */
export function useSharingLock(sessionId: string | null, isSharingHere: boolean): boolean | undefined {
  const [known, setKnown] = useState<{ sessionId: string; elsewhere: boolean } | null>(null);

  useEffect(() => {
    if (sessionId === null || !isSharingHere || !navigator.locks) return;
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    // Whoever chose last shares: the relay turns the earlier tab away, so its lock may be taken over.
    navigator.locks.request(lockName(sessionId), { steal: true }, () => held).catch(() => undefined);
    return release;
  }, [sessionId, isSharingHere]);

  useEffect(() => {
    if (sessionId === null || isSharingHere) return;
    let isCurrent = true;
    const check = async () => {
      const elsewhere = await isLocked(lockName(sessionId));
      if (isCurrent) setKnown({ sessionId, elsewhere });
    };
    void check();
    const timer = setInterval(() => void check(), CHECK_INTERVAL_MS);
    return () => {
      isCurrent = false;
      clearInterval(timer);
    };
  }, [sessionId, isSharingHere]);

  if (sessionId === null || isSharingHere) return false;
  return known?.sessionId === sessionId ? known.elsewhere : undefined;
}

async function isLocked(name: string): Promise<boolean> {
  if (!navigator.locks) return false;
  try {
    const { held } = await navigator.locks.query();
    return held?.some((lock) => lock.name === name) ?? false;
  } catch {
    return false;
  }
}
