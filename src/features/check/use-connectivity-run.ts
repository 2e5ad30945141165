"use client";

import { useEffect, useState, useSyncExternalStore } from "react";
import { type CheckSnapshot, ConnectivityRun, freshCheck } from "@/media/connectivity-check";
import { useTRPCClient } from "@/trpc/client";

const never = () => () => undefined;
const readFresh = () => freshCheck;

/** A check that begins with the page, and how far it is. */
export function useConnectivityRun(): { snapshot: CheckSnapshot; again: () => void } {
  const client = useTRPCClient();
  const [round, setRound] = useState(0);
  const [run, setRun] = useState<ConnectivityRun | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each round is a run of its own
  useEffect(() => {
    const next = new ConnectivityRun(() => client.connectivity.begin.mutate({}));
    setRun(next);
    return () => next.stop();
  }, [client, round]);
  const snapshot = useSyncExternalStore(run?.subscribe ?? never, run?.getSnapshot ?? readFresh, readFresh);
  return { snapshot, again: () => setRound((before) => before + 1) };
}
