"use client";

import { useTranslations } from "next-intl";
import { WatchMessage } from "./watch-message";

/** For an id that is unknown or another company's: all the same. */
export function WatchNotFound() {
  const t = useTranslations("supervision.watchPage");
  return <WatchMessage title={t("notFoundTitle")}>{t("notFoundDetail")}</WatchMessage>;
}
