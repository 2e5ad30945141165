"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { useTRPC } from "@/trpc/client";

/** Reads list, seats and opened account again, after something was changed. */
export function useOperatorChanges(): () => Promise<void> {
  const trpc = useTRPC();
  const queries = useQueryClient();
  return useCallback(
    () => queries.invalidateQueries({ queryKey: trpc.operators.pathKey() }),
    [queries, trpc],
  );
}
