"use client";

import { usePathname, useSearchParams } from "next/navigation";
import { useCallback, useMemo } from "react";
import { type LogAddress, readLogAddress, writeLogAddress } from "./log-address";

/**
 * The filters, the order and the place in the page's address.
 *
 * @returns `go` makes an entry in the browser's history, so that Back leads to the page before; `refine` makes none, for
 *   what changes with every key
 */
export function useLogAddress() {
  const query = useSearchParams();
  const path = usePathname();
  const address = useMemo(() => readLogAddress(new URLSearchParams(query)), [query]);
  const urlOf = useCallback(
    (next: LogAddress) => {
      const text = writeLogAddress(next);
      return text === "" ? path : `${path}?${text}`;
    },
    [path],
  );
  // Next follows the browser's own history, without asking the server for the page again.
  const go = useCallback((next: LogAddress) => window.history.pushState(null, "", urlOf(next)), [urlOf]);
  const refine = useCallback(
    (next: LogAddress) => window.history.replaceState(null, "", urlOf(next)),
    [urlOf],
  );
  return { address, go, refine };
}
