"use client";

import { useSubscription } from "@trpc/tanstack-react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import type { ErrorCode } from "@/lib/error-table";
import type { ConsoleSnapshot, ReceptionView, WaitingCustomer } from "@/protocol/session-views";
import { appErrorCode } from "@/trpc/app-error";
import { useTRPC } from "@/trpc/client";
import { newlyWaiting, nextHeroReception } from "./desk";

/** The subscription's state, as the header tells it in words. */
export type ConnectionState = "connecting" | "ready" | "reconnecting" | "signedOut";

/** Waits before the next try when the server itself ended the stream; the last one repeats. */
const RETRY_DELAYS_MS = [500, 2_000, 5_000, 10_000] as const;

/** FORBIDDEN: a provider signed in with the same browser. */
const SIGNED_OUT_CODES: readonly ErrorCode[] = ["UNAUTHENTICATED", "FORBIDDEN"];

interface Seen {
  snapshot: ConsoleSnapshot;
  /** See {@link nextHeroReception}. */
  hero: ReceptionView | null;
  /** Who came with this snapshot. */
  arrived: WaitingCustomer[];
}

/**
 * What the server says about this operator's numbers and customers, kept while the connection is away, and the state of that
 * connection. A network failure is retried by the browser's EventSource, anything else by this hook.
 */
export function useConsoleSnapshot() {
  const trpc = useTRPC();
  const [seen, setSeen] = useState<Seen | null>(null);
  const failures = useRef(0);

  const receive = useCallback((snapshot: ConsoleSnapshot) => {
    failures.current = 0;
    setSeen((before) => ({
      snapshot,
      hero: nextHeroReception(snapshot, before?.hero ?? null, Date.now()),
      arrived: newlyWaiting(before?.snapshot ?? null, snapshot),
    }));
  }, []);

  /** Shows what this tab just did without waiting for the server's next snapshot, which then has the last word. */
  const changeReceptions = useCallback((change: (receptions: ReceptionView[]) => ReceptionView[]) => {
    setSeen((before) => {
      if (!before) return before;
      const snapshot = { ...before.snapshot, receptions: change(before.snapshot.receptions) };
      return { ...before, snapshot, hero: nextHeroReception(snapshot, null, Date.now()) };
    });
  }, []);

  const { status, error, reset } = useSubscription(
    trpc.console.watch.subscriptionOptions(undefined, { onData: receive }),
  );
  const signedOut = Boolean(error) && SIGNED_OUT_CODES.includes(appErrorCode(error));
  const stopped = !signedOut && (status === "error" || status === "idle");

  useEffect(() => {
    if (!stopped) return;
    const delayMs = RETRY_DELAYS_MS[Math.min(failures.current, RETRY_DELAYS_MS.length - 1)];
    failures.current += 1;
    const timer = setTimeout(reset, delayMs);
    return () => clearTimeout(timer);
  }, [stopped, reset]);

  const connection: ConnectionState = signedOut
    ? "signedOut"
    : status === "pending"
      ? "ready"
      : seen || status !== "connecting" || error
        ? "reconnecting"
        : "connecting";

  return { ...(seen ?? { snapshot: null, hero: null, arrived: [] }), connection, changeReceptions };
}
