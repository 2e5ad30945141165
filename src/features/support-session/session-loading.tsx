"use client";

import { useTranslations } from "next-intl";
import { PageMessage } from "./operator-messages";

/** While the page is on its way: the same frame that the session then fills. */
export function SessionLoading() {
  const t = useTranslations("session.operator");
  return <PageMessage title={t("loading")} />;
}
