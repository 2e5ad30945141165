"use client";

import { useTranslations } from "next-intl";
import { useSyncExternalStore } from "react";
import { describeBrowser } from "./describe-browser";

const never = () => () => undefined;

/** What this browser would be called in a list: `Chrome on Windows`. Empty on the server, which leaves it to the browser. */
export function useOwnBrowserName(): string {
  const t = useTranslations("account");
  const userAgent = useSyncExternalStore(
    never,
    () => navigator.userAgent,
    () => "",
  );
  const { browser, os } = describeBrowser(userAgent);
  if (browser === null || os === null) return browser ?? os ?? "";
  return t("passkeys.defaultName", { browser, os });
}
