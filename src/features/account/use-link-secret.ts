"use client";

import { useEffect, useRef, useState } from "react";

/**
 * The secret of a one-time link, which stands behind the `#` so that no server and no log ever sees it. It is taken out of the
 * address bar at once: neither the history nor somebody who looks on keeps it.
 *
 * @returns undefined until it can be known, null when the address holds none
 */
export function useLinkSecret(): string | null | undefined {
  const [secret, setSecret] = useState<string | null | undefined>(undefined);
  const taken = useRef<string | null>(null);
  useEffect(() => {
    const take = () => {
      const found = window.location.hash.slice(1);
      if (found !== "") {
        taken.current = found;
        window.history.replaceState(window.history.state, "", window.location.pathname);
      }
      setSecret(taken.current);
    };
    take();
    // A second link that is opened in the same tab changes the address alone.
    window.addEventListener("hashchange", take);
    return () => window.removeEventListener("hashchange", take);
  }, []);
  return secret;
}
