"use client";

import { useSyncExternalStore } from "react";
import { captureAbility } from "@/media/capture";

const never = () => () => undefined;

/** What this browser can show, and whether the page was opened securely; `ability` undefined while the server renders. */
export function useBrowserAbility(): {
  ability: ReturnType<typeof captureAbility> | undefined;
  isSecure: boolean;
} {
  const ability = useSyncExternalStore(never, captureAbility, () => undefined);
  const isSecure = useSyncExternalStore(
    never,
    () => window.isSecureContext,
    () => true,
  );
  return { ability, isSecure };
}
