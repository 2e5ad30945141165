"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useNotices } from "@/components/notices";
import { useTRPC } from "@/trpc/client";

/** After an act of the provider's: everything that the site shows is read anew, and a sentence says what was done. */
export function useDone(): (text: string) => void {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { notify } = useNotices();
  return (text) => {
    void queryClient.invalidateQueries(trpc.provider.pathFilter());
    notify(text);
  };
}
