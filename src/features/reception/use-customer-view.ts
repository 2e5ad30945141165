"use client";

import { useSubscription } from "@trpc/tanstack-react-query";
import { useState, useSyncExternalStore } from "react";
import type { CustomerSessionView } from "@/protocol/session-views";
import { useTRPC } from "@/trpc/client";

interface CustomerViewState {
  /** What the server said last; null: this browser has no session. */
  readonly view: CustomerSessionView | null;
  /** The connection is away and is being tried again. */
  readonly isReconnecting: boolean;
  /** Follows the session that a new ticket opens. */
  readonly follow: (sessionId: string) => void;
  /** Asks the server anew, over a connection of its own: the one that is open may have died unnoticed. */
  readonly refresh: () => void;
}

/** The customer's session as the server tells it, change by change. Without a ticket there is nothing to follow, and no connection. */
export function useCustomerView(initial: CustomerSessionView | null): CustomerViewState {
  const trpc = useTRPC();
  const [view, setView] = useState(initial);
  const [hasTicket, setHasTicket] = useState(initial !== null);
  const { status, error, reset } = useSubscription(
    trpc.customer.watch.subscriptionOptions(undefined, { enabled: hasTicket, onData: setView }),
  );
  const follow = (sessionId: string) => {
    // True at this moment; the first snapshot of the new connection confirms it.
    setView({ phase: "waiting", sessionId, since: new Date() });
    setHasTicket(true);
    // A connection that is open carries the ticket before.
    if (hasTicket) reset();
  };
  const isOver = view === null || view.phase === "ended";
  const isOnline = useSyncExternalStore(
    subscribeToOnline,
    () => navigator.onLine,
    () => true,
  );
  // An open stream may take a while to notice that the network is gone; the browser knows at once.
  const isBroken = !isOnline || status === "error" || (status === "connecting" && Boolean(error));
  return { view, isReconnecting: hasTicket && !isOver && isBroken, follow, refresh: reset };
}

function subscribeToOnline(listener: () => void): () => void {
  window.addEventListener("online", listener);
  window.addEventListener("offline", listener);
  return () => {
    window.removeEventListener("online", listener);
    window.removeEventListener("offline", listener);
  };
}
