import { useEffect, useEffectEvent, useState, useSyncExternalStore } from "react";
import type { ConnectionState } from "@/media/session-state";

/** What is started once and closed once: either side's session. */
interface Connection {
  start(): void;
  close(): void;
}

/**
 * One connection for the life of a page, made anew when `key` changes.
 *
 * It is made a moment after the page has settled: React mounts a page twice in development, and a connection that is
 * opened and closed again at once would use up a join token, or stop the customer's capture.
 *
 * @param create must not be needed again for the same key
 * @returns null until it has been made
 */
export function useLiveConnection<T extends Connection>(key: string, create: () => T): T | null {
  const [made, setMade] = useState<{ key: string; connection: T } | null>(null);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new `create` is no reason to leave the session; only a new key is.
  useEffect(() => {
    let connection: T | null = null;
    const timer = setTimeout(() => {
      connection = create();
      connection.start();
      setMade({ key, connection });
    }, 0);
    return () => {
      clearTimeout(timer);
      connection?.close();
    };
  }, [key]);

  return made?.key === key ? made.connection : null;
}

interface Watchable<S> {
  subscribe(listener: () => void): () => void;
  getSnapshot(): S;
}

/** The present state of a session; renders again on every change. */
export function useSnapshot<S>(session: Watchable<S>): S {
  return useSyncExternalStore(session.subscribe, session.getSnapshot, session.getSnapshot);
}

/** Tells once when a connection has been refused for good. */
export function useRefusal({ phase }: ConnectionState, onRefused: () => void): void {
  const told = useEffectEvent(onRefused);
  useEffect(() => {
    if (phase === "failed") told();
  }, [phase]);
}
